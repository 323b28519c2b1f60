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
import { formatCpim, parseCpim, type CpimParty } from "../wire/cpim.ts";
import { ProtocolError } from "../wire/errors.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { formatDateTime, parseDateTime } from "./date-time.ts";
import type { Line, Message, MessageId, MessageIs, Person } from "./model.ts";
import { textReasonOf } from "./reasons.ts";

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

export interface Thread {
  items(): readonly (Message | Line)[];
  /** Of the newest item; 0 while there is none. */
  lastAt(): number;
  has(id: MessageId): boolean;
  textOf(id: MessageId): string | null;
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
  receive(
    message: MsrpIncoming,
    from: (cpim: CpimParty | null) => Person | "group" | null,
    taken: (from: Person) => void,
  ): number;
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
        show(effect.id, effect.is === "reported" ? options.reported : effect.is, effect.status);
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
    items = [...items, item];
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

  const receive: Thread["receive"] = (message, from, taken) => {
    try {
      const read = readText(message);
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
    } catch (error) {
      if (error instanceof ProtocolError) return error.status;
      throw error;
    }
  };

  return {
    items: () => items,
    lastAt,
    has: (id) => messageOf(id) !== undefined,
    textOf: (id) => messageOf(id)?.text ?? null,
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

type Read = {
  readonly from: CpimParty | null;
  /** null: something that is no text, and is taken without a word (a notification, say). */
  readonly text: string | null;
  readonly id: string;
  readonly sentAt: number | null;
};

/** Only what UTF-8 can be read as. */
function isReadable(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
  return typeOf(contentType) === "text/plain" && (charset === "utf-8" || charset === "us-ascii");
}

const typeOf = (contentType: string): string => contentType.split(";")[0]?.trim().toLowerCase() ?? "";

/** Throws ProtocolError: 400 what can't be read, 415 what is of another type. */
function readText(message: MsrpIncoming): Read {
  if (isReadable(message.contentType))
    return { from: null, text: textIn(message.body), id: message.messageId, sentAt: null };
  if (typeOf(message.contentType) !== "message/cpim") throw new ProtocolError(415, "not message/cpim");
  const cpim = parseCpim(message.body);
  const type = typeOf(cpim.contentType);
  const isQuiet = type === "message/imdn+xml" || type === "application/im-iscomposing+xml";
  if (!isReadable(cpim.contentType) && !isQuiet) throw new ProtocolError(415, "not text/plain");
  return {
    from: cpim.from,
    text: isQuiet ? null : textIn(cpim.body),
    id: cpim.messageId ?? message.messageId,
    sentAt: cpim.dateTime === null ? null : parseDateTime(cpim.dateTime),
  };
}

function textIn(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw new ProtocolError(400, "text is not UTF-8");
  return text;
}
