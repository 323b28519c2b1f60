/**
 * One block of a thread: a run of messages by one author, a line, text that waits for its author's choice, or where
 * the new messages begin.
 */
import type { CSSProperties, ReactNode } from "react";
import type { Actions, Chat, Person } from "../client/model.ts";
import { Bubble } from "./Bubble.tsx";
import { classes } from "./class-names.ts";
import { Face } from "./Face.tsx";
import type { Block } from "./grouping.ts";
import { colourOf, fullName } from "./people.ts";
import styles from "./ThreadBlock.module.css";
import { ThreadLine } from "./ThreadLine.tsx";
import { Undelivered } from "./Undelivered.tsx";
import { words } from "./words.ts";

type ThreadBlockProps = {
  readonly block: Block;
  readonly chat: Chat;
  readonly self: string;
  /** Between two people, neither names nor faces are needed. */
  readonly isPrivate: boolean;
  readonly shared: readonly Person[];
  readonly askable: ReadonlySet<string>;
  /** What text that is not out yet waits for. */
  readonly waiting: string;
  readonly actions: Actions;
};

export function ThreadBlock({
  block,
  chat,
  self,
  isPrivate,
  shared,
  askable,
  waiting,
  actions,
}: ThreadBlockProps): ReactNode {
  switch (block.is) {
    case "line":
      return (
        <ThreadLine
          line={block.line}
          withTime={block.time}
          self={self}
          shared={shared}
          askable={askable}
          chatId={chat.id}
          actions={actions}
        />
      );
    case "new":
      return (
        <h3 className={styles.new} data-new="">
          <span>{words.chat.newFromHere}</span>
        </h3>
      );
    case "undelivered":
      return (
        <div className={styles.undelivered}>
          <Undelivered chat={chat} message={block.message} actions={actions} />
        </div>
      );
    case "run": {
      const withFace = !block.mine && !isPrivate;
      return (
        <div
          className={classes(styles.run, block.mine && styles.mine, withFace && styles.withFace)}
          data-person={colourOf(block.from.address)}
        >
          {withFace ? (
            <p className={styles.name}>
              <bdi>{fullName(block.from)}</bdi>
            </p>
          ) : null}
          {block.messages.map(({ message, foot }, index) => {
            const last = index === block.messages.length - 1;
            const bubble = (
              <Bubble
                key={message.id}
                chatId={chat.id}
                message={message}
                foot={foot}
                first={index === 0}
                waiting={waiting}
                actions={actions}
              />
            );
            if (!withFace || !last) return bubble;
            return (
              <div key={message.id} className={styles.beside} style={{ "--foot": "20px" } as CSSProperties}>
                <Face person={block.from} size={28} className={styles.face} />
                {bubble}
              </div>
            );
          })}
        </div>
      );
    }
  }
}
