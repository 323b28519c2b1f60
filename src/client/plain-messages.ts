/**
 * Text to and from one person by MESSAGE (`flow/pager.ts`, its effects done in SIP): each text of ours as CPIM or as
 * bare words, receipts for those who ask, and what they say became of ours.
 *
 * To a thread this is one more line to send on. CPIM goes without display names: linphone 5.1 takes none that has
 * them, and the SIP request names both anyway. A receipt that is refused, or not answered, is sent to that person
 * no more, and no text waits for one.
 */
import { drive } from "../flow/machine.ts";
import {
  goesByMessage,
  pager,
  pagerStep,
  type Form,
  type Pager,
  type PagerEffect,
  type PagerInput,
} from "../flow/pager.ts";
import type { Became } from "../sip/agent.ts";
import { formatCpim, type CpimHeader } from "../wire/cpim.ts";
import { ProtocolError } from "../wire/errors.ts";
import { formatDelivered, imdnType, parseImdn } from "../wire/imdn.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { uriOf } from "./addresses.ts";
import type { Content } from "./content.ts";
import { formatDateTime } from "./date-time.ts";
import type { Desk } from "./desk.ts";
import { messageHeaders } from "./headers.ts";
import type { MessageId } from "./model.ts";
import type { Thread } from "./thread.ts";

/** The line of a thread that this is. */
export const messageLine = "plain messages";

export type PlainMessagesOptions = {
  readonly desk: Desk;
  readonly peer: string;
  readonly thread: Pick<Thread, "feed" | "messageOf" | "notified">;
  readonly conversationId: () => string;
  /** Nobody was there, after an outage: how long to wait for them. null: it has failed. */
  readonly waitMs: (status: number) => number | null;
  /** The last text on its way has been answered. */
  readonly idle: () => void;
  readonly changed: () => void;
};

export interface PlainMessages {
  /** Text for them goes this way now. */
  isWay(): boolean;
  isBusy(): boolean;
  /** Our INVITE came to nothing. */
  noSession(status: number): void;
  /** A session stands. */
  session(): void;
  write(id: MessageId): void;
  /** They sent that text this way. */
  wrote(content: Content): void;
  /** That text is in the thread; its author hears so, where that was asked for. */
  received(content: Content): void;
  /** Answers with the status for it. */
  notified(content: Content): number;
}

type Payload = { readonly contentType: string; readonly body: string };

/** Of bare texts of ours it is known for so many which is which. */
const mostBare = 256;

export function createPlainMessages(options: PlainMessagesOptions): PlainMessages {
  const { desk, peer, thread } = options;
  const { self, clock, timers } = desk;
  /** Texts sent bare, by the Call-ID of their MESSAGE: a notification has no other name for them. */
  const bare = new Map<string, MessageId>();

  const machine = drive<Pager, PagerInput, PagerEffect>(pagerStep, pager, perform, (state) => {
    options.changed();
    if (state.queue.length === 0) options.idle();
  });

  const until = (): number => clock.now() + timers.sessionAgainMs;

  function perform(effect: PagerEffect): void {
    switch (effect.do) {
      case "send":
        return send(effect.id, effect.form);
      case "told":
        return thread.feed({ on: effect.is === "delivered" ? "reported" : "accepted", id: effect.id });
      case "refused":
        return thread.feed({ on: "refused", id: effect.id, status: effect.status, isFinal: true });
      case "open":
        return thread.feed({ on: "opened", line: messageLine });
      case "close":
        return thread.feed({ on: "shut", line: messageLine, how: "lost" });
      case "unreachable":
        return thread.feed({ on: "unreachable", status: effect.status });
    }
  }

  function send(id: MessageId, form: Form): void {
    const callId = desk.freshId();
    try {
      desk.message(
        {
          id: callId,
          to: uriOf(peer),
          ...payloadOf(id, form),
          headers: messageHeaders(form, { conversationId: options.conversationId(), contributionId: callId }),
          mostBytes: desk.messageBytes,
        },
        (became, accept) => heard(id, became, accept),
      );
      if (form === "plain") remember(callId, id);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      machine.feed({ on: "answered", id, status: error.status, accept: [] });
    }
  }

  function heard(id: MessageId, became: Became, accept: readonly string[]): void {
    if (became === "lost") return machine.feed({ on: "lost", id });
    // 408: it may have arrived after all.
    const ms = became === "unsent" ? timers.againMs : became === 408 ? null : options.waitMs(became);
    if (ms !== null) desk.after(ms, () => machine.feed({ on: "unsent", id }));
    else if (typeof became === "number") machine.feed({ on: "answered", id, status: became, accept });
  }

  function remember(callId: string, id: MessageId): void {
    bare.set(callId, id);
    const [oldest] = bare.keys();
    if (bare.size > mostBare && oldest !== undefined) bare.delete(oldest);
  }

  function payloadOf(id: MessageId, form: Form): Payload {
    const message = thread.messageOf(id);
    const contentType = "text/plain;charset=UTF-8";
    const text = message?.text ?? "";
    if (form === "plain") return { contentType, body: text };
    const asked = ["positive-delivery", "negative-delivery"];
    return inCpim(id, message?.sentAt ?? clock.now(), asked, contentType, [], text);
  }

  function inCpim(
    messageId: string,
    at: number,
    dispositionNotification: readonly string[],
    contentType: string,
    contentHeaders: readonly CpimHeader[],
    body: string,
  ): Payload {
    const cpim = formatCpim({
      from: { displayName: "", uri: self.address },
      to: { displayName: "", uri: uriOf(peer) },
      dateTime: formatDateTime(at),
      messageId,
      dispositionNotification,
      otherHeaders: [],
      contentType,
      contentHeaders,
      body: encodeUtf8(body),
    });
    return { contentType: "message/cpim", body: decodeUtf8(cpim) ?? "" };
  }

  /** RFC 5438 §7.2.1: no notification of a notification is asked for. */
  function received(content: Content): void {
    if (!content.asksForReceipt || !machine.state().receipts) return;
    const id = desk.freshId();
    const now = clock.now();
    const report = formatDelivered({
      messageId: content.id,
      dateTime: formatDateTime(now),
      recipient: self.address,
    });
    desk.message(
      {
        id,
        to: uriOf(peer),
        ...inCpim(id, now, [], imdnType, [["Content-Disposition", "notification"]], report),
        headers: [],
        mostBytes: desk.messageBytes,
      },
      (became) => {
        if (typeof became === "number" && became >= 300) machine.feed({ on: "receipt-refused" });
      },
    );
  }

  function notified({ notification }: Content): number {
    try {
      const { messageId, status } = parseImdn(notification ?? "");
      if (status !== null) thread.notified(bare.get(messageId) ?? messageId, status);
      return 200;
    } catch (error) {
      if (error instanceof ProtocolError) return error.status;
      throw error;
    }
  }

  return {
    isWay: () => goesByMessage(machine.state(), clock.now()),
    isBusy: () => machine.state().queue.length > 0,
    noSession: (status) => machine.feed({ on: "no-session", status, until: until() }),
    session: () => machine.feed({ on: "session" }),
    write: (id) => machine.feed({ on: "text", id, now: clock.now() }),
    wrote: ({ isCpim }) => machine.feed({ on: "wrote", form: isCpim ? "cpim" : "plain", until: until() }),
    received,
    notified,
  };
}
