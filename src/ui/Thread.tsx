/**
 * The thread in its scroller; for who reads further up, the way to its end, and the pill that tells what came there.
 *
 * It is a region one can scroll by keyboard; what is new is said by the one live region, not by this.
 */
import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import type { Actions, Chat, MessageId } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./Thread.module.css";
import { ThreadItems } from "./ThreadItems.tsx";
import { useReadingPlace } from "./use-reading-place.ts";
import { waitingWords, words } from "./words.ts";

type ThreadProps = {
  readonly chat: Chat;
  readonly self: string;
  readonly firstNew: MessageId | null;
  readonly isOffline: boolean;
  readonly actions: Actions;
  /** What stands at the end: the card while a group is being started, a note where the chat is over. */
  readonly children?: ReactNode;
};

export function Thread({ chat, self, firstNew, isOffline, actions, children }: ThreadProps): ReactNode {
  const { scroller, content, onScroll, toEnd, unseen, isFar } = useReadingPlace(chat, self, firstNew);
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
          <ThreadItems
            chat={chat}
            self={self}
            firstNew={firstNew}
            waiting={waitingWords(chat, isOffline)}
            actions={actions}
          />
          {children === undefined || children === null ? null : <div className={styles.end}>{children}</div>}
        </div>
      </section>
      {unseen === null ? (
        isFar ? (
          <Button
            kind="icon"
            className={styles.toEnd}
            label={words.chat.latest}
            icon={<ArrowDown size={20} strokeWidth={1.75} aria-hidden="true" />}
            onPress={toEnd}
          />
        ) : null
      ) : (
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
