/**
 * The thread in its scroller, and the pill at the bottom that tells who reads further up what came.
 *
 * It is a region one can scroll by keyboard; what is new is said by the one live region, not by this.
 */
import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, Chat } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./Thread.module.css";
import { ThreadItems } from "./ThreadItems.tsx";
import { useReadingPlace } from "./use-reading-place.ts";
import { waitingWords, words } from "./words.ts";

type ThreadProps = {
  readonly chat: Chat;
  readonly self: string;
  readonly isOffline: boolean;
  readonly actions: Actions;
  /** What stands at the end: the card while a group is being started, a note where the chat is over. */
  readonly children?: ReactNode;
};

export function Thread({ chat, self, isOffline, actions, children }: ThreadProps): ReactNode {
  const { scroller, content, onScroll, toEnd, unseen } = useReadingPlace(chat, self);
  return (
    <div className={styles.frame}>
      <section
        ref={scroller}
        className={styles.scroller}
        // A scroller must be in the way of the Tab key, or nobody without a pointer reads back.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={words.chat.thread(chat.title)}
        onScroll={onScroll}
      >
        <div ref={content} className={styles.content}>
          <ThreadItems chat={chat} self={self} waiting={waitingWords(chat, isOffline)} actions={actions} />
          {children === undefined || children === null ? null : <div className={styles.end}>{children}</div>}
        </div>
      </section>
      {unseen === null ? null : (
        <Button
          kind="outline"
          size="small"
          className={styles.latest}
          icon={<ArrowDown size={16} aria-hidden="true" />}
          onPress={toEnd}
        >
          <span className={styles.latestText}>{unseen}</span>
        </Button>
      )}
    </div>
  );
}
