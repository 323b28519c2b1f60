/**
 * One message: a bubble, its text as text, and under the last of a run its time and state.
 *
 * A solid bubble has left this screen, a tinted one waits, an outlined one failed; each says so in words as well.
 */
import { Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import type { ReactNode } from "react";
import { memo } from "react";
import type { Actions, ChatId, Message, MessageIs } from "../client/model.ts";
import styles from "./Bubble.module.css";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import { linkParts } from "./links.ts";
import { time, wholeTime } from "./words-time.ts";
import { messageStateWords, words } from "./words.ts";

type BubbleProps = {
  readonly chatId: ChatId;
  readonly message: Message;
  /** Whether the time and state stand under it. */
  readonly foot: boolean;
  readonly first: boolean;
  /** What text that is not out yet waits for. */
  readonly waiting: string;
  readonly actions: Actions;
};

export const Bubble = memo(function Bubble({
  chatId,
  message,
  foot,
  first,
  waiting,
  actions,
}: BubbleProps): ReactNode {
  const { mine } = message;
  const failed = message.is === "failed";
  const waits = mine && message.is === "waiting";
  return (
    <div className={classes(styles.message, mine ? styles.mine : styles.theirs)}>
      <div
        className={classes(
          styles.bubble,
          first && styles.first,
          failed && styles.failed,
          waits && styles.waits,
        )}
        dir="auto"
        title={wholeTime(message.sentAt)}
      >
        <span className="visually-hidden">
          {mine ? words.bubble.mine : words.bubble.from(message.from.name)}{" "}
        </span>
        <MessageText text={message.text} />
      </div>
      {foot ? <Foot message={message} chatId={chatId} waiting={waiting} actions={actions} /> : null}
    </div>
  );
});

export function MessageText({ text }: { readonly text: string }): ReactNode {
  return linkParts(text).map((part, index) =>
    part.href === null ? (
      part.text
    ) : (
      // The parts of one text never change their places. An address reads from left to right, whatever stands before it.
      <a
        key={index}
        href={part.href}
        dir="ltr"
        target="_blank"
        rel="noopener noreferrer"
        className={styles.link}
      >
        {part.text}
      </a>
    ),
  );
}

type FootProps = Pick<BubbleProps, "message" | "chatId" | "waiting" | "actions">;

function Foot({ message, chatId, waiting, actions }: FootProps): ReactNode {
  const sent = <time dateTime={new Date(message.sentAt).toISOString()}>{time(message.sentAt)}</time>;
  if (!message.mine) return <div className={styles.foot}>{sent}</div>;
  if (message.is === "failed") {
    return (
      <div className={styles.foot}>
        <span className={styles.problem}>
          <CircleAlert size={14} aria-hidden="true" />
          {messageStateWords(message.is, waiting)}
          {message.reason === null ? null : <span className={styles.reason}>{` · ${message.reason}`}</span>}
        </span>
        <span className={styles.actions}>
          <Button
            kind="soft"
            size="small"
            className={styles.action}
            label={words.bubble.retryMessage}
            onPress={() => actions.retry(chatId, message.id)}
          >
            {words.retry}
          </Button>
          <Button
            kind="danger-soft"
            size="small"
            className={styles.action}
            label={words.bubble.deleteMessage}
            onPress={() => actions.remove(chatId, message.id)}
          >
            {words.delete}
          </Button>
        </span>
      </div>
    );
  }
  const pending = message.is === "sending" || message.is === "waiting";
  return (
    <div className={styles.foot}>
      {pending ? <StateIcon is={message.is} /> : <>{sent} · </>}
      {messageStateWords(message.is, waiting)}
      {pending ? null : <StateIcon is={message.is} />}
    </div>
  );
}

/** The icon of a state; the word stands beside it or is said by the row it is in. */
export function StateIcon({ is, size = 14 }: { readonly is: MessageIs; readonly size?: number }): ReactNode {
  switch (is) {
    case "waiting":
    case "sending":
      return <Clock size={size} aria-hidden="true" />;
    case "sent":
      return <Check size={size + 1} aria-hidden="true" />;
    case "delivered":
      return <CheckCheck size={size + 2} aria-hidden="true" />;
    case "failed":
    case "undelivered":
      return <CircleAlert size={size} aria-hidden="true" />;
  }
}
