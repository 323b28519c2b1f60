/**
 * A whole extension with the real focus and the real client: what Bob does and in which order (REPL-13, 16, 22, 23), and
 * that nothing of a mark reaches anybody else (SEC-3).
 */
import { formatResourceLists } from "../wire/resource-lists.ts";
import { header, responseTo } from "../wire/sip.ts";
import { messagesOf, type Ground, type Watched } from "./checklist-ground.ts";
import { replacesOf } from "./checklist-intruder.ts";
import { entry } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";
import { groupIn, oneToOne } from "./headless-state.ts";
import { joinsAt, talkInGroup } from "./headless-stage.ts";
import { factory, type RawMember } from "./raw-member.ts";

type Extended = { readonly alice: RawMember; readonly bob: Watched };

/** A raw Alice in a 1-1 with a headless Bob, who makes a group with him and answers his BYE with that status. */
async function extended(at: Ground, answer: number): Promise<Extended> {
  const [alice, bob] = await Promise.all([at.member(), at.headless()]);
  const conversation = ["Conversation-ID", `talk-${alice.user}`] as const;
  bob.actions.startChat(alice.address);
  const call = await alice.invite(bob.address, {
    more: [conversation, ["Contribution-ID", `one-${alice.user}`]],
    acceptTypes: ["message/cpim", "text/plain"],
  });
  const ok = await call.confirm();
  await bob.until("the 1-1", (state) => oneToOne(state, alice.address)?.phase.is === "open");
  const tag = (name: string): string => /;tag=([^;]+)/.exec(header(ok, name) ?? "")?.[1] ?? "";
  const callId = header(ok, "Call-ID") ?? "";
  const replaces = replacesOf({ callId, localTag: tag("To"), remoteTag: tag("From") });
  await alice.invite(factory, {
    list: formatResourceLists([entry(bob.address, { replaces, sessionReplaces: `one-${alice.user}` })]),
    more: [conversation, ["Contribution-ID", `group-${alice.user}`]],
  });
  const bye = await alice.phone.takeRequest("BYE");
  alice.phone.send(responseTo(bye, answer));
  await bob.until("the group", (state) => groupIn(state, "open"));
  return { alice, bob };
}

/** What Bob got and sent, from the INVITE that carries the mark on; what was said again, once. */
function sequence(bob: Watched): readonly string[] {
  const from = bob.seen.findIndex(({ text }) => text.includes("\r\nReplaces: "));
  const all = bob.seen.slice(from);
  return all.flatMap(({ way, text }, at) => {
    if (all.findIndex((one) => one.text === text) < at) return [];
    const what = /^(?:SIP\/2\.0 ([2-6][0-9]{2})|(INVITE|ACK|BYE) )/.exec(text);
    return what === null || !/\r\nCSeq: [0-9]+ (?:INVITE|ACK|BYE)\r/.test(text)
      ? []
      : [`${way} ${what[1] ?? what[2]}`];
  });
}

export const extensionRows: readonly Row[] = [
  {
    id: "REPL-13",
    what: "rightful: the old call is ended after the new one stands",
    expected: "in INVITE, out 200, in ACK, out BYE",
    see: async (at) =>
      sequence((await extended(at, 200)).bob)
        .slice(0, 4)
        .join(", "),
  },
  {
    id: "REPL-16",
    what: "replaces is among what the client says it supports",
    expected: "replaces",
    see: async (at) => {
      const { bob } = await at.talks();
      const ok = messagesOf(bob, "out").find((one) => one.kind === "response" && one.status === 200);
      return (ok === undefined ? "" : (header(ok, "Supported") ?? "")).includes("replaces")
        ? "replaces"
        : "not";
    },
  },
  {
    id: "REPL-22",
    what: "the ACK of the new call once more: no second BYE",
    expected: "one BYE",
    see: async (at) => {
      const { bob } = await extended(at, 200);
      const ack = bob.seen.findLast(({ way, text }) => way === "in" && text.startsWith("ACK "));
      bob.tap.pretend("sip", () => false).say(ack?.text ?? "");
      const byes = sequence(bob).filter((one) => one === "out BYE").length;
      return byes === 1 ? "one BYE" : `${byes} BYEs`;
    },
  },
  ...[481, 408].map((status): Row => ({
    id: "REPL-23",
    what: `the BYE of the old call is answered with ${status}: that call is over, the group stands`,
    expected: "open",
    see: async (at) => groupIn((await extended(at, status)).bob.state())?.phase.is ?? "no group",
  })),
  {
    id: "SEC-3",
    what: "a whole story: the marks in what anybody but Bob is sent, in texts, rosters and logs",
    expected: "nowhere",
    see: async (at) => {
      const { alice, bob, carol, withAlice: dialog } = await at.ownTalks();
      const from = [at.box.trace.sip.length, at.box.trace.msrp.length, at.log.length];
      alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
      await alice.group();
      await joinsAt(carol);
      await talkInGroup([alice, bob, carol], "the trip");
      const isMarked = (text: string): boolean =>
        text.includes(dialog.callId) ||
        text.includes(dialog.contributionId) ||
        /session-replaces/i.test(text);
      const toBob = new Set([bob.user, `PF ${bob.user}`]);
      const fromAlice = new Set([alice.user, `PF ${alice.user}`]);
      const sip = at.box.trace.sip.slice(from[0]).filter(
        ({ from: sender, to, message }) =>
          isMarked(message) &&
          !message.includes(`\r\nCall-ID: ${dialog.callId}\r\n`) && // the 1-1 itself
          !fromAlice.has(sender) && // who orders
          !(toBob.has(to) && message.startsWith("INVITE ")),
      );
      const msrp = at.box.trace.msrp
        .slice(from[1])
        .filter(({ bytes }) => isMarked(Buffer.from(bytes).toString("latin1")));
      const log = at.log.slice(from[2]).filter(isMarked);
      const found = [
        ...sip.map(({ to }) => `sent to ${to}`),
        ...msrp.map(({ to }) => `text to ${to}`),
        ...log,
      ];
      return found.length === 0 ? "nowhere" : found.join("; ");
    },
  },
  {
    id: "SEC-12",
    what: "the id of a 1-1 can't be guessed",
    expected: "128 bits",
    see: async (at) => {
      const { withAlice: one, withCarol: other } = await at.talks();
      const isLong = [one, other].every(({ contributionId }) => /^[0-9a-f]{32}$/.test(contributionId));
      return isLong && one.contributionId !== other.contributionId ? "128 bits" : one.contributionId;
    },
  },
  {
    id: "RELAY-6",
    what: "two sessions of one client are on two paths",
    expected: "2 paths",
    see: async (at) => {
      const { bob } = await at.ownTalks();
      // A 200 may be sent twice.
      const paths = new Set(
        bob.seen.flatMap(({ way, text }) =>
          way === "out" ? (/^a=path:(.*)$/m.exec(text)?.[1]?.trim() ?? []) : [],
        ),
      );
      const uris = new Set([...paths].flatMap((path) => path.split(" ")));
      return uris.size === 4 ? `${paths.size} paths` : `${uris.size} URIs in ${paths.size} paths`;
    },
  },
];
