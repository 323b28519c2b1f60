/**
 * SIP MESSAGE to and from the scripted person: what went out, what somebody sends, and how Bob, who has no MSRP, takes
 * what is written to him.
 */
import { expect } from "vitest";
import type { IncomingMessage, OutgoingMessage } from "../sip/agent.ts";
import { formatCpim, parseCpim, type Cpim } from "../wire/cpim.ts";
import { formatDelivered } from "../wire/imdn.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { refusesCall } from "./scripted-events.ts";
import { alice, bob, scriptedPerson, type ScriptedPerson } from "./scripted-person.ts";

export const sent = (at: ScriptedPerson): readonly OutgoingMessage[] =>
  at.agent.asked.flatMap((one) => (one.do === "message" ? [one.message] : []));

export const last = (at: ScriptedPerson): OutgoingMessage => at.agent.last("message").message;

export const cpimIn = ({ contentType, body }: OutgoingMessage): Cpim => {
  expect(contentType).toBe("message/cpim");
  return parseCpim(encodeUtf8(body));
};

export const wordsIn = (message: OutgoingMessage): string =>
  message.contentType === "message/cpim" ? Buffer.from(cpimIn(message).body).toString() : message.body;

/** The newest MESSAGE is answered so. */
export const answered = (at: ScriptedPerson, status: number, accept: readonly string[] = []): void =>
  at.agent.hears({ on: "answered", message: last(at).id, became: status, accept });

/** The connection broke before the answer to it. */
export const answerLost = (at: ScriptedPerson): void =>
  at.agent.hears({ on: "answered", message: last(at).id, became: "lost", accept: [] });

let ids = 0;
/** Somebody's MESSAGE comes in; answers with the status it got. */
export function says(
  at: ScriptedPerson,
  from: string,
  body: string,
  more: Partial<IncomingMessage> = {},
): number {
  const id = `in-${(ids += 1)}`;
  at.agent.hears({
    on: "message",
    message: {
      id,
      from: { address: from, name: "" },
      assertedIdentity: from,
      callId: id,
      cseq: 1,
      contentType: "text/plain",
      body: encodeUtf8(body),
      ...more,
    },
  });
  const answer = at.agent.last("answer");
  expect(answer.message).toBe(id);
  return answer.status;
}

export const cpim = (text: string, more: Partial<Cpim> = {}): Partial<IncomingMessage> => ({
  contentType: "message/cpim",
  body: formatCpim({
    from: { displayName: "", uri: bob },
    to: { displayName: "", uri: alice },
    dateTime: "2026-11-26T01:00:00.000Z",
    messageId: "their-1",
    dispositionNotification: ["positive-delivery"],
    otherHeaders: [],
    contentType: "text/plain",
    contentHeaders: [],
    body: encodeUtf8(text),
    ...more,
  }),
});

export const imdn = (messageId: string, status = "delivered"): string =>
  formatDelivered({ messageId, dateTime: "2026-11-26T01:00:00Z", recipient: bob }).replace(
    "delivered",
    status,
  );

/** Alice has written to Bob, who has refused the session. */
export function toBob(...texts: readonly string[]): ScriptedPerson {
  const at = scriptedPerson();
  at.actions.startChat(bob);
  for (const text of texts) at.actions.send(bob, text);
  refusesCall(at, 488);
  return at;
}
