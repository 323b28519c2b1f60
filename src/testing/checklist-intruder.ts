/**
 * Somebody who stands where the network stands, in front of one real client, and asks it to give up a 1-1: what no box
 * would pass on. Says what the client answered, whether a person was asked, and whether the 1-1 goes on.
 */
import { freshId } from "../server/system.ts";
import type { Dialog, Talks } from "./checklist-ground.ts";
import { groupIn } from "./headless-state.ts";
import { domain, factory } from "./raw-member.ts";

export type Asking = {
  readonly method?: string;
  /** Each becomes a header of its own. */
  readonly replaces?: readonly string[];
  readonly sessionReplaces?: string;
  /** null: nobody vouches. */
  readonly assertedBy?: string | null;
  readonly referredBy?: string | null;
  readonly isFocus?: boolean;
  readonly conversationId?: string | null;
  readonly more?: readonly string[];
  readonly sdp?: string;
};

type Names = Pick<Dialog, "callId" | "localTag" | "remoteTag">;

export const replacesOf = ({ callId, localTag, remoteTag }: Names, more = ""): string =>
  `${callId};to-tag=${localTag};from-tag=${remoteTag}${more}`;

export const plainSdp = [
  "v=0",
  "o=- 1 1 IN IP4 relay.example",
  "s=-",
  "c=IN IP4 relay.example",
  "t=0 0",
  "m=message 2855 TCP/MSRP *",
  "a=setup:actpass",
  "a=accept-types:message/cpim",
  "a=path:msrp://relay.example:2855/r1;tcp msrp://x.invalid:2855/s1;ws",
  "a=chatroom",
  "",
].join("\r\n");

/** As a focus would, on behalf of Alice unless told otherwise. */
function intrusion({ alice, bob, withAlice }: Talks, asking: Asking): { text: string; callId: string } {
  const callId = freshId();
  const group = `${factory};conf=${freshId()}`;
  const method = asking.method ?? "INVITE";
  const { assertedBy = factory, referredBy = alice.address } = asking;
  const { conversationId = withAlice.conversationId } = asking;
  const lines = [
    `${method} ${bob.address} SIP/2.0`,
    `Via: SIP/2.0/WS pf.${domain};branch=z9hG4bK${freshId()}`,
    "Max-Forwards: 70",
    `From: <${group}>;tag=${freshId()}`,
    `To: <${bob.address}>`,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    `Contact: <${group}>${asking.isFocus === false ? "" : ";isfocus"}`,
    ...(assertedBy === null ? [] : [`P-Asserted-Identity: <${assertedBy}>`]),
    ...(referredBy === null ? [] : [`Referred-By: <${referredBy}>`]),
    ...(conversationId === null ? [] : [`Conversation-ID: ${conversationId}`]),
    `Contribution-ID: ${freshId()}`,
    ...(asking.replaces ?? []).map((value) => `Replaces: ${value}`),
    ...(asking.sessionReplaces === undefined ? [] : [`Session-Replaces: ${asking.sessionReplaces}`]),
    ...(asking.more ?? []),
    ...(method === "INVITE" ? ["Content-Type: application/sdp"] : []),
    "",
    method === "INVITE" ? (asking.sdp ?? plainSdp) : "",
  ];
  return { text: lines.join("\r\n"), callId };
}

/** The answer, and whether a person was asked: "403, no prompt". */
export async function knock(talks: Talks, asking: Asking): Promise<string> {
  const { bob } = talks;
  const { text, callId } = intrusion(talks, asking);
  const intruder = bob.tap.pretend("sip", (sent) => sent.includes(`Call-ID: ${callId}\r\n`));
  intruder.say(text);
  const prompt = bob.until("a prompt", (state) => groupIn(state, "invited")).then(() => "a prompt");
  const answer = intruder.answer((sent) => /^SIP\/2\.0 [2-6]/.test(sent)).then((sent) => sent.slice(8, 11));
  prompt.catch(() => {}); // nobody is asked, most of the time
  const first = await Promise.race([answer, prompt]);
  answer.catch(() => {}); // nor answered, while a person is
  return groupIn(bob.state(), "invited") === null ? `${first}, no prompt` : `${first}, and a prompt`;
}

/** "403, no prompt, the 1-1 goes on" */
export const intrude = async (talks: Talks, asking: Asking): Promise<string> =>
  `${await knock(talks, asking)}, ${await goesOn(talks)}`;

/** Both private chats carry a text each way. */
export async function goesOn({ alice, bob, carol }: Talks): Promise<string> {
  for (const peer of [alice, carol]) {
    const text = `Still here? ${freshId()}`;
    peer.say(peer.chatWith(bob), text);
    await Promise.all([bob.read(text), peer.sent(text)]);
    bob.say(bob.chatWith(peer), `Yes: ${text}`);
    await peer.read(`Yes: ${text}`);
    if (bob.chatWith(peer).phase.is !== "open") return `a 1-1 is ${bob.chatWith(peer).phase.is}`;
  }
  return "the 1-1 goes on";
}
