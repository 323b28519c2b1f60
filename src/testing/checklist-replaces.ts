/**
 * REPL and SEC-1: who may take the place of a 1-1 at the real client (RFC 3891; decisions 14 to 16), asked by somebody
 * who stands in the network's place, and by a raw telephone through the box.
 */
import { header } from "../wire/sip.ts";
import { answersOf, dialogAt, messagesOf, type Ground, type Talks } from "./checklist-ground.ts";
import { intrude, knock, plainSdp, replacesOf, type Asking } from "./checklist-intruder.ts";
import { invitationAt } from "./headless-stage.ts";
import { oneToOne } from "./headless-state.ts";
import { domain, factory } from "./raw-member.ts";
import type { Row } from "./checklist-row.ts";

const untouched = (status: number): string => `${status}, no prompt, the 1-1 goes on`;

const shared =
  (asking: (talks: Talks) => Asking) =>
  async (at: Ground): Promise<string> => {
    const talks = await at.talks();
    return intrude(talks, asking(talks));
  };
const withAlice = ({ withAlice: dialog }: Talks): { readonly replaces: readonly string[] } => ({
  replaces: [replacesOf(dialog)],
});

const tagIn = (value: string | null): string => /;tag=([^;]+)/.exec(value ?? "")?.[1] ?? "";

export const replacesRows: readonly Row[] = [
  {
    id: "REPL-1",
    what: "to-tag is the reader's own: tags the other way round match nothing",
    expected: untouched(481),
    see: shared(({ withAlice: { callId, localTag, remoteTag } }) => ({
      replaces: [`${callId};to-tag=${remoteTag};from-tag=${localTag}`],
    })),
  },
  {
    id: "REPL-2",
    what: "Replaces without from-tag",
    expected: untouched(400),
    see: shared(({ withAlice: { callId, localTag } }) => ({ replaces: [`${callId};to-tag=${localTag}`] })),
  },
  {
    id: "REPL-2",
    what: "Replaces with two to-tags",
    expected: untouched(400),
    see: shared(({ withAlice: dialog }) => ({ replaces: [replacesOf(dialog, ";to-tag=2")] })),
  },
  {
    id: "REPL-2",
    what: "Replaces that is nothing",
    expected: untouched(400),
    see: shared(() => ({ replaces: ["?;;="] })),
  },
  {
    id: "REPL-3",
    what: "two Replaces headers",
    expected: untouched(400),
    see: shared(({ withAlice: one, withCarol: two }) => ({ replaces: [replacesOf(one), replacesOf(two)] })),
  },
  {
    id: "REPL-3",
    what: "Replaces in another request than INVITE",
    expected: untouched(400),
    see: shared((talks) => ({ method: "OPTIONS", ...withAlice(talks) })),
  },
  {
    id: "REPL-4",
    what: "Replaces together with Join",
    expected: untouched(400),
    see: shared((talks) => ({
      ...withAlice(talks),
      more: [`Join: ${replacesOf(talks.withCarol)}`],
    })),
  },
  {
    id: "REPL-4",
    what: "Replaces and Session-Replaces of two different 1-1s contradict each other",
    expected: untouched(400),
    see: shared((talks) => ({
      ...withAlice(talks),
      sessionReplaces: talks.withCarol.contributionId,
    })),
  },
  {
    id: "REPL-6",
    what: "Replaces of a dialog that never was, though Session-Replaces is right",
    expected: untouched(481),
    see: shared(({ withAlice: dialog }) => ({
      replaces: ["never;to-tag=a;from-tag=b"],
      sessionReplaces: dialog.contributionId,
    })),
  },
  {
    id: "REPL-7",
    what: "Replaces of a subscription",
    expected: "481, no prompt",
    see: async (at) => {
      const talks = await at.ownTalks();
      const { alice, bob, carol } = talks;
      alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
      await Promise.all([alice.group(), bob.group(), invitationAt(carol)]);
      const accepted = await bob.sees("its subscription", () => answersOf(bob, "in", "SUBSCRIBE")[0]);
      return knock(talks, {
        replaces: [
          replacesOf({
            callId: header(accepted, "Call-ID") ?? "",
            localTag: tagIn(header(accepted, "From")),
            remoteTag: tagIn(header(accepted, "To")),
          }),
        ],
      });
    },
  },
  {
    id: "REPL-8",
    what: "Replaces of the 1-1 that Bob himself has just closed",
    expected: "603, no prompt",
    see: async (at) => {
      const talks = await at.ownTalks();
      const { bob, alice } = talks;
      const chat = bob.chatWith(alice);
      bob.actions.closeChat(chat.id);
      await alice.until("the end", (state) => oneToOne(state, bob.address)?.phase.is === "idle");
      return knock(talks, withAlice(talks));
    },
  },
  {
    id: "REPL-8",
    what: "Replaces of the 1-1 that the other has closed",
    expected: "481, no prompt",
    see: async (at) => {
      const talks = await at.ownTalks();
      const { bob, alice } = talks;
      alice.actions.closeChat(alice.chatWith(bob).id);
      await bob.until("the end", (state) => oneToOne(state, alice.address)?.phase.is === "idle");
      return knock(talks, withAlice(talks));
    },
  },
  {
    id: "REPL-9",
    what: "on behalf of somebody else than the other party",
    expected: untouched(403),
    see: shared((talks) => ({ ...withAlice(talks), referredBy: talks.carol.address })),
  },
  {
    id: "REPL-9",
    what: "on behalf of nobody",
    expected: untouched(403),
    see: shared((talks) => ({ ...withAlice(talks), referredBy: null })),
  },
  {
    id: "REPL-10",
    what: "the same by Session-Replaces alone",
    expected: untouched(403),
    see: shared(({ carol, withAlice: { contributionId } }) => ({
      sessionReplaces: contributionId,
      referredBy: carol.address,
    })),
  },
  {
    id: "REPL-11",
    what: "rightful, with media that can't be used",
    expected: untouched(488),
    see: shared((talks) => ({
      ...withAlice(talks),
      sdp: plainSdp.replace("TCP/MSRP", "RTP/AVP").replace("m=message", "m=audio"),
    })),
  },
  {
    id: "REPL-12",
    what: "early-only, of a 1-1 that stands",
    expected: untouched(486),
    see: shared(({ withAlice: dialog }) => ({ replaces: [replacesOf(dialog, ";early-only")] })),
  },
  {
    id: "REPL-15",
    what: "of a call that still rings here and was begun by the other",
    expected: untouched(481),
    see: async (at) => {
      const talks = await at.talks();
      const stranger = await at.member();
      const { invite } = await stranger.invite(talks.bob.address);
      const ringing = await stranger.phone.takeResponse("INVITE", 180);
      const seen = await intrude(talks, {
        referredBy: stranger.address,
        conversationId: null,
        replaces: [
          replacesOf({
            callId: header(invite, "Call-ID") ?? "",
            localTag: tagIn(header(ringing, "To")),
            remoteTag: tagIn(header(invite, "From")),
          }),
        ],
      });
      return seen;
    },
  },
  {
    id: "REPL-17",
    what: "Require: replaces is understood, another extension is not",
    expected: "481, no prompt; 420, no prompt",
    see: async (at) => {
      const talks = await at.talks();
      const replaces = ["never;to-tag=a;from-tag=b"];
      return [
        await knock(talks, { replaces, more: ["Require: replaces"] }),
        await knock(talks, { ...withAlice(talks), more: ["Require: teleport"] }),
      ].join("; ");
    },
  },
  {
    id: "REPL-21",
    what: "all identity headers forged by a telephone of the network",
    expected: "403 to an ordinary caller, the 1-1 goes on",
    see: async (at) => {
      const talks = await at.talks();
      const phone = await at.phone();
      const forged = phone.request("INVITE", talks.bob.address, {
        more: [
          ["Contact", `<${phone.contact}>;isfocus`],
          ["P-Asserted-Identity", `<${factory}>`],
          ["Referred-By", `<${talks.alice.address}>`],
          ["Conversation-ID", talks.withAlice.conversationId],
          ["Replaces", replacesOf(talks.withAlice)],
          ["Content-Type", "application/sdp"],
        ],
        body: plainSdp,
      });
      phone.send(forged);
      const { status } = await phone.takeResponse("INVITE");
      const came = messagesOf(talks.bob, "in").find(
        (one) => one.kind === "request" && header(one, "Call-ID") === header(forged, "Call-ID"),
      );
      const asserted = came === undefined ? null : header(came, "P-Asserted-Identity");
      const who =
        asserted?.includes(`<sip:${phone.user}@${domain}>`) === true ? "an ordinary caller" : asserted;
      const referred = came === undefined ? null : header(came, "Referred-By");
      return `${status} to ${who}${referred === null ? "" : " who is believed"}, the 1-1 goes on`;
    },
  },
  {
    id: "REPL-24",
    what: "of a call that Bob has accepted and whose ACK has not come: nothing is ended before it has",
    expected: "no BYE before the ACK",
    see: async (at) => {
      const talks = await at.ownTalks();
      const caller = await at.member();
      const { bob } = talks;
      bob.actions.startChat(caller.address);
      const { invite } = await caller.invite(bob.address, {
        more: [["Conversation-ID", "unacked"]],
        acceptTypes: ["message/cpim", "text/plain"],
      });
      await caller.phone.takeResponse("INVITE", 200);
      const seen = await knock(talks, {
        referredBy: caller.address,
        conversationId: null,
        replaces: [replacesOf(dialogAt(bob, caller))],
      });
      const ended = messagesOf(bob, "out").some(
        (one) =>
          one.kind === "request" &&
          one.method === "BYE" &&
          header(one, "Call-ID") === header(invite, "Call-ID"),
      );
      return ended ? `${seen}, BYE before the ACK` : "no BYE before the ACK";
    },
  },
  {
    id: "SEC-1",
    what: "a focus that nobody vouches for",
    expected: untouched(403),
    see: shared((talks) => ({ ...withAlice(talks), assertedBy: null })),
  },
  {
    id: "SEC-1",
    what: "a focus of a third network",
    expected: untouched(403),
    see: shared((talks) => ({
      ...withAlice(talks),
      assertedBy: "sip:conference-factory@third.example",
    })),
  },
  {
    id: "SEC-1",
    what: "somebody of the network who is no focus",
    expected: untouched(403),
    see: shared((talks) => ({ ...withAlice(talks), isFocus: false })),
  },
  {
    id: "SEC-1",
    what: "out of another conversation",
    expected: untouched(403),
    see: shared((talks) => ({ ...withAlice(talks), conversationId: "another" })),
  },
];
