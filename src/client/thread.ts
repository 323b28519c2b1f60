/**
 * What was said in one record, a 1-1 or a group, and what becomes of the text on its way: the machine of
 * `flow/deliver.ts` with the words kept beside it.
 *
 * Each text travels as message/cpim with an imdn.Message-ID of its own, and is known by that alone (decision 8).
 * What comes in is read once, here: no text that can't be read is shown, and none is shown twice.
 */
import type { Clock } from "../flow/clock.ts";
import {
  delivery,
  deliver,
  type Delivery,
  type DeliveryEffect,
  type DeliveryInput,
} from "../flow/deliver.ts";
import { drive } from "../flow/machine.ts";
import type { MsrpIncoming } from "../flow/msrp-link.ts";
import type { MsrpContent } from "../flow/msrp-session-state.ts";
import { formatCpim, type CpimParty } from "../wire/cpim.ts";
import { ProtocolError } from "../wire/errors.ts";
import type { ImdnStatus } from "../wire/imdn.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { readContent, type Content } from "./content.ts";
import { formatDateTime } from "./date-time.ts";
import type { Line, Message, MessageId, MessageIs, Person } from "./model.ts";
import { textReasonOf } from "./reasons.ts";
import { shortened } from "./thread-length.ts";

export type ThreadOptions = {
  readonly self: Person;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** What a report means here: the peer has it, or the group's focus does (decision 9). */
  readonly reported: "delivered" | "sent";
  /** CPIM To: the peer, or the conference URI. */
  readonly to: () => CpimParty;
  readonly send: (line: string, id: MessageId, content: MsrpContent) => void;
  /** Text waits and no session stands. */
  readonly open: () => void;
  readonly changed: () => void;
};

type Author = (cpim: CpimParty | null) => Person | "group" | null;

export interface Thread {
  items(): readonly (Message | Line)[];
  /** Of the newest item; 0 while there is none. */
  lastAt(): number;
  has(id: MessageId): boolean;
  textOf(id: MessageId): string | null;
  messageOf(id: MessageId): Message | null;
  write(text: string): void;
  retry(id: MessageId): void;
  remove(id: MessageId): void;
  feed(input: DeliveryInput): void;
  /** Asks again for a session, if text waits for one. */
  wake(): void;
  /**
   * Answers with the status for the report. `from` null: nobody who may speak here; "group": the group itself, whose
   * words are nobody's message.
   */
  receive(message: MsrpIncoming, from: Author, taken: (from: Person) => void): number;
  /** The same for what has been read already. */
  take(content: Content, from: Author, taken: (from: Person) => void): number;
  /** What a reader's notification says of a text of ours. */
  notified(id: MessageId, status: ImdnStatus): void;
  line(what: Line["what"], more?: Partial<Pick<Line, "who" | "whom" | "text">>): void;
  /** Takes over what was said elsewhere; text still on its way there counts as not sent. */
  adopt(items: readonly (Message | Line)[]): void;
}

export function createThread(options: ThreadOptions): Thread {
  const { self, clock, freshId, changed } = options;
  let items: readonly (Message | Line)[] = [];
  /** What came in and the machine has not judged yet, by the id it is known by there. */
  const arriving = new Map<string, () => void>();

  const machine = drive<Delivery, DeliveryInput, DeliveryEffect>(deliver, delivery, perform);

  function perform(effect: DeliveryEffect): void {
    switch (effect.do) {
      case "open":
        options.open();
        return;
      case "show":
        show(effect.id, shownAs(effect.is), effect.status);
        return;
      case "send": {
        const message = messageOf(effect.id);
        if (message !== undefined) send(effect.line, message);
        return;
      }
      case "take":
        arriving.get(effect.id)?.();
    }
  }

  function shownAs(is: Extract<DeliveryEffect, { do: "show" }>["is"]): MessageIs {
    if (is === "accepted") return "sent";
    return is === "reported" ? options.reported : is;
  }

  /** Whom it is for may have been named by others, and be nothing that can be written down. */
  function send(line: string, message: Message): void {
    try {
      options.send(line, message.id, contentOf(message));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      machine.feed({ on: "refused", id: message.id, status: error.status });
    }
  }

  const messageOf = (id: MessageId): Message | undefined =>
    items.find((item): item is Message => item.kind === "message" && item.id === id);

  function show(id: MessageId, is: MessageIs, status: number | null): void {
    const reason = is === "failed" ? textReasonOf(status) : null;
    items = items.map((item) => (item.kind === "message" && item.id === id ? { ...item, is, reason } : item));
    changed();
  }

  /** Later than all before it, so that the order of a record is its times. */
  const nextAt = (): number => Math.max(clock.now(), lastAt() + 1);
  const lastAt = (): number => items.at(-1)?.at ?? 0;

  function append(item: Message | Line): void {
    items = shortened([...items, item]);
    changed();
  }

  function contentOf(message: Message): MsrpContent {
    return {
      contentType: "message/cpim",
      body: formatCpim({
        from: { displayName: self.name, uri: self.address },
        to: options.to(),
        dateTime: formatDateTime(message.sentAt),
        messageId: message.id,
        dispositionNotification: [],
        otherHeaders: [],
        contentType: "text/plain;charset=UTF-8",
        contentHeaders: [],
        body: encodeUtf8(message.text),
      }),
    };
  }

  function write(text: string): void {
    const id = freshId();
    const at = nextAt();
    append({
      kind: "message",
      id,
      from: self,
      mine: true,
      text,
      sentAt: clock.now(),
      at,
      is: "waiting",
      reason: null,
    });
    machine.feed({ on: "write", id });
  }

  const line: Thread["line"] = (what, more = {}) =>
    append({ kind: "line", id: freshId(), at: nextAt(), what, who: null, whom: [], text: null, ...more });

  const take: Thread["take"] = (read, from, taken) => {
    const author = from(read.from);
    if (author === null) return 403;
    const { text } = read;
    if (text === null) return 200;
    const key = `${author === "group" ? author : author.address} ${read.id}`;
    arriving.set(key, () => {
      if (author === "group") return line("note", { text: text.slice(0, longestNote) });
      append({
        kind: "message",
        id: freshId(),
        from: author,
        mine: false,
        text,
        sentAt: read.sentAt ?? clock.now(),
        at: nextAt(),
        is: "delivered",
        reason: null,
      });
      taken(author);
    });
    machine.feed({ on: "arrived", id: key });
    arriving.delete(key);
    return 200;
  };

  const receive: Thread["receive"] = (message, from, taken) => {
    try {
      return take(readContent(message), from, taken);
    } catch (error) {
      if (error instanceof ProtocolError) return error.status;
      throw error;
    }
  };

  /** What is still on its way is told by its own answer alone where it failed. */
  function notified(id: MessageId, status: ImdnStatus): void {
    const message = messageOf(id);
    if (message?.mine !== true) return;
    const isThere = status === "delivered" || status === "displayed";
    if (isThere && message.is === "sending") machine.feed({ on: "reported", id });
    else if (isThere && message.is === "sent") show(id, "delivered", null);
    else if (!isThere && (message.is === "sent" || message.is === "delivered")) show(id, "failed", 415);
  }

  return {
    items: () => items,
    lastAt,
    has: (id) => messageOf(id) !== undefined,
    textOf: (id) => messageOf(id)?.text ?? null,
    messageOf: (id) => messageOf(id) ?? null,
    write,
    retry: (id) => {
      const message = messageOf(id);
      if (message?.is === "failed" || message?.is === "undelivered") machine.feed({ on: "retry", id });
    },
    remove: (id) => {
      machine.feed({ on: "drop", id });
      items = items.filter((item) => item.id !== id);
      changed();
    },
    feed: (input) => machine.feed(input),
    wake: () => {
      const { line, out } = machine.state();
      if (line === null && out.some((one) => one.is === "waiting")) options.open();
    },
    receive,
    take,
    notified,
    line,
    adopt: (others) => {
      for (const item of others)
        append(
          item.kind === "message" && (item.is === "waiting" || item.is === "sending")
            ? { ...item, at: nextAt(), is: "failed", reason: textReasonOf(null) }
            : { ...item, at: nextAt() },
        );
    },
  };
}

const longestNote = 500;
