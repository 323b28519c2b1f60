/** One row of the list: face, title, time, what is going on, and how much of it is new. */
import { LoaderCircle, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import { memo } from "react";
import type { Chat, ChatId } from "../client/model.ts";
import { wantsAttention } from "./attention.ts";
import { StateIcon } from "./Bubble.tsx";
import { Button } from "./Button.tsx";
import styles from "./ChatRow.module.css";
import { classes } from "./class-names.ts";
import { ChatFace } from "./Face.tsx";
import { type Preview, previewOf } from "./preview.ts";
import { rowTime } from "./words-time.ts";
import { messageStateWords, words } from "./words.ts";

type ChatRowProps = {
  readonly chat: Chat;
  readonly self: string;
  readonly now: number;
  readonly isSelected: boolean;
  /** The one row the Tab key stops at. */
  readonly isStop: boolean;
  readonly onSelect: (id: ChatId) => void;
  readonly onJoin: (id: ChatId) => void;
};

export const ChatRow = memo(function ChatRow({
  chat,
  self,
  now,
  isSelected,
  isStop,
  onSelect,
  onJoin,
}: ChatRowProps): ReactNode {
  const preview = previewOf(chat, self, isSelected);
  const isNew = wantsAttention(chat, isSelected);
  const canJoin = preview.is === "invitation" && preview.canJoin;
  return (
    <li className={classes(styles.item, canJoin && styles.withJoin)} data-selected={isSelected}>
      <button
        type="button"
        data-row={chat.id}
        className={styles.row}
        tabIndex={isStop ? 0 : -1}
        aria-current={isSelected ? "true" : undefined}
        onClick={() => onSelect(chat.id)}
      >
        <ChatFace chat={chat} size={48} />
        <span className={styles.texts}>
          <span className={styles.line}>
            <span className={styles.title}>
              <bdi>{chat.title}</bdi>
            </span>
            <time
              className={classes(styles.time, isNew && styles.newTime)}
              dateTime={new Date(chat.lastAt).toISOString()}
            >
              {rowTime(chat.lastAt, now)}
            </time>
          </span>
          <span className={styles.line}>
            <span className={classes(styles.preview, isNew && styles.newPreview)}>
              <PreviewView preview={preview} />
            </span>
            {chat.unread > 0 ? (
              <span className={styles.badge}>
                <span aria-hidden="true">{words.list.count(chat.unread)}</span>
                <span className="visually-hidden">{words.list.unread(chat.unread)}</span>
              </span>
            ) : null}
          </span>
        </span>
      </button>
      {canJoin ? (
        <Button
          kind="text"
          size="small"
          className={styles.join}
          label={`${words.join} ${chat.title}`}
          onPress={() => onJoin(chat.id)}
        >
          {words.join}
        </Button>
      ) : null}
    </li>
  );
});

function PreviewView({ preview }: { readonly preview: Preview }): ReactNode {
  switch (preview.is) {
    case "text":
      return <bdi>{preview.text}</bdi>;
    case "mine":
      return (
        <>
          <span className={styles.icon}>
            <StateIcon is={preview.state} size={15} />
          </span>
          <span className="visually-hidden">{`${words.bubble.mine} ${messageStateWords(preview.state)}, `}</span>
          <bdi>{preview.text}</bdi>
        </>
      );
    case "draft":
      return (
        <>
          <span className={styles.alert}>{words.list.draft}</span> <bdi>{preview.text}</bdi>
        </>
      );
    case "not-sent":
      return (
        <>
          <span className={styles.icon}>
            <StateIcon is="failed" size={15} />
          </span>
          <span className={styles.alert}>{words.list.notSent}</span> <bdi>{preview.text}</bdi>
        </>
      );
    case "busy":
      return (
        <>
          <span className={styles.icon}>
            <LoaderCircle size={15} className={styles.spinner} aria-hidden="true" />
          </span>
          <bdi>{preview.text}</bdi>
        </>
      );
    case "invitation":
      return (
        <>
          <span className={styles.icon}>
            <UserPlus size={15} aria-hidden="true" />
          </span>
          <bdi>{preview.text}</bdi>
        </>
      );
  }
}
