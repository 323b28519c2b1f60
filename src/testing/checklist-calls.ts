/**
 * REPL, CONF: whose calls a mark does not reach: those that ring, those whose name is no name of theirs, and what is no
 * mark at all (RFC 3891 §3, §4; RFC 4579 §3.4; decision 15).
 */
import { header, responseTo, type SipHeader } from "../wire/sip.ts";
import type { Ground } from "./checklist-ground.ts";
import type { Row } from "./checklist-row.ts";
import { goesOn, intrude, knock, replacesOf } from "./checklist-intruder.ts";
import { listOf, order, ownGroup, uriEntry } from "./checklist-orders.ts";
import { groupIn, oneToOne } from "./headless-state.ts";
import { domain } from "./raw-member.ts";
import { answerTo } from "./raw-phone.ts";

const tagIn = (value: string | null): string => /;tag=([^;]+)/.exec(value ?? "")?.[1] ?? "";

/** A group of two others, ordered with these headers. */
const orderOfTwo = (at: Ground, headers: readonly SipHeader[]): Promise<string> =>
  order(at, ([one, two]) => listOf(uriEntry(one?.address ?? ""), uriEntry(two?.address ?? "")), { headers });

export const callRows: readonly Row[] = [
  {
    id: "REPL-5",
    what: "an id that two 1-1s have names neither of them: an invitation like any other",
    expected: "a prompt, and a prompt; both 1-1s stand",
    see: async (at) => {
      const talks = await at.ownTalks();
      const { bob } = talks;
      const callers = await Promise.all([at.member(), at.member()]);
      for (const caller of callers) {
        bob.actions.startChat(caller.address);
        const call = await caller.invite(bob.address, {
          more: [["Contribution-ID", "twice"]],
          acceptTypes: ["message/cpim", "text/plain"],
        });
        await call.confirm();
        await bob.until("the 1-1", (state) => oneToOne(state, caller.address)?.phase.is === "open");
      }
      const seen = await knock(talks, { sessionReplaces: "twice", conversationId: null });
      const standing = callers.filter(({ address }) => oneToOne(bob.state(), address)?.phase.is === "open");
      return `${seen}; ${standing.length === 2 ? "both 1-1s stand" : `${standing.length} stand`}`;
    },
  },
  {
    id: "REPL-14",
    what: "of a call of Bob's own that still rings: no 1-1 yet (decision 15)",
    expected: "481, no prompt, the 1-1 goes on; it rings on",
    see: async (at) => {
      const talks = await at.talks();
      const { bob } = talks;
      const peer = await at.member();
      bob.say(bob.chatWith(peer), "Are you there?");
      const invite = await peer.phone.takeRequest("INVITE");
      const ringing = answerTo(peer.phone, invite, 180);
      peer.phone.send(ringing);
      const seen = await intrude(talks, {
        referredBy: peer.address,
        conversationId: null,
        replaces: [
          replacesOf({
            callId: header(invite, "Call-ID") ?? "",
            localTag: tagIn(header(invite, "From")),
            remoteTag: tagIn(header(ringing, "To")),
          }),
        ],
      });
      const isGone = peer.phone.received.some((one) => one.kind === "request" && one.method === "CANCEL");
      return `${seen}; ${isGone ? "it was taken back" : "it rings on"}`;
    },
  },
  {
    id: "REPL-18",
    what: "tags of 0 are those of a dialog that has none, and not of every dialog",
    expected: "481, no prompt, the 1-1 goes on",
    see: async (at) => {
      const talks = await at.talks();
      return intrude(talks, { replaces: [`${talks.withAlice.callId};to-tag=0;from-tag=0`] });
    },
  },
  {
    id: "REPL-20",
    what: "people are added to a call that still rings: its entry in the list has no mark",
    expected: "2 invited, no mark",
    see: async (at) => {
      const alice = await at.headless();
      const [bob, carol] = await Promise.all([at.member(), at.member()]);
      alice.say(alice.chatWith(bob), "Are you there?");
      bob.phone.send(answerTo(bob.phone, await bob.phone.takeRequest("INVITE"), 180));
      alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
      const invites = await Promise.all(
        [bob, carol].map(async ({ phone }) => {
          const invite = await phone.takeRequest("INVITE");
          phone.send(responseTo(invite, 486, { toTag: "busy" }));
          return invite;
        }),
      );
      const marks = invites.flatMap((invite) =>
        ["Replaces", "Session-Replaces"].filter((name) => header(invite, name) !== null),
      );
      return `${invites.length} invited, ${marks.length === 0 ? "no mark" : marks.join()}`;
    },
  },
  {
    id: "CONF-1",
    what: "a caller without isfocus is a person, one with it a group",
    expected: "a person; a prompt, and a prompt",
    see: async (at) => {
      const talks = await at.ownTalks();
      const stranger = await at.member();
      await stranger.invite(talks.bob.address);
      await talks.bob.until("a row of the caller's", (state) => oneToOne(state, stranger.address));
      const person = groupIn(talks.bob.state()) === null ? "a person" : "a group";
      return `${person}; ${await knock(talks, { conversationId: null })}`;
    },
  },
  {
    id: "CONF-8",
    what: "an INVITE to the factory that would replace a call: it has none",
    expected: "481, 0 invited",
    see: (at) => orderOfTwo(at, [["Replaces", "call;to-tag=1;from-tag=2"]]),
  },
  {
    id: "CONF-9",
    what: "who would not be named can't have a group, where everybody is named",
    expected: "403 Warning 119, 0 invited",
    see: (at) => orderOfTwo(at, [["Privacy", "id"]]),
  },
  {
    id: "ST-1",
    what: "a session timer is required of the focus, which has none",
    expected: "420, 0 invited",
    see: (at) =>
      orderOfTwo(at, [
        ["Require", "timer"],
        ["Session-Expires", "90"],
      ]),
  },
  {
    id: "SEC-1",
    what: "BYE within a 1-1, by somebody who knows its ids and is not the other party",
    expected: "403, the 1-1 goes on",
    see: async (at) => {
      const talks = await at.talks();
      const { bob, carol, withAlice } = talks;
      const intruder = bob.tap.pretend("sip", (text) => text.includes("branch=z9hG4bKthief"));
      intruder.say(
        [
          `BYE ${bob.address} SIP/2.0`,
          `Via: SIP/2.0/WS pf.${domain};branch=z9hG4bKthief`,
          "Max-Forwards: 70",
          `From: <${carol.address}>;tag=${withAlice.remoteTag}`,
          `To: <${bob.address}>;tag=${withAlice.localTag}`,
          `Call-ID: ${withAlice.callId}`,
          "CSeq: 1000 BYE",
          "",
          "",
        ].join("\r\n"),
      );
      const answer = await intruder.answer((text) => text.startsWith("SIP/2.0 "));
      return `${answer.slice(8, 11)}, ${await goesOn(talks)}`;
    },
  },
  {
    id: "SEC-1",
    what: "BYE within a member's call, by somebody of the network who knows its ids",
    expected: "403, the call stands",
    see: async (at) => {
      const { host, hostSession } = await ownGroup(at);
      const thief = await at.member();
      const own = hostSession.request("BYE");
      const headers = own.headers.flatMap(([name, value]): readonly SipHeader[] =>
        name === "Route" ? [] : [[name, name === "From" ? value.replace(host.user, thief.user) : value]],
      );
      thief.phone.send({ ...own, headers });
      const { status } = await thief.phone.takeResponse("BYE");
      const stands = (await hostSession.say(hostSession.cpim("still here"))) === "200";
      return `${status}, the call ${stands ? "stands" : "is over"}`;
    },
  },
];
