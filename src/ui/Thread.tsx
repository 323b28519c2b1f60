/**
 * The thread: days, runs, lines and the seam, standing at the bottom, and staying there while one reads the end.
 *
 * The scroller is laid out from its bottom up, so that what grows at the end moves nothing for who reads it. Who
 * reads further up is never moved: a pill at the bottom tells what came. It is a region one can scroll by keyboard;
 * what is new is said by the one live region, not by this.
 */
import { ArrowDown } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Actions, Chat, Member, Person } from "../client/model.ts";
import { Bubble } from "./Bubble.tsx";
import { Button } from "./Button.tsx";
import { classes } from "./class-names.ts";
import { Face } from "./Face.tsx";
import { type Block, type Day, layOut } from "./grouping.ts";
import { colourOf, fullName } from "./people.ts";
import { Seam } from "./Seam.tsx";
import styles from "./Thread.module.css";
import { ThreadLine } from "./ThreadLine.tsx";
import { Undelivered } from "./Undelivered.tsx";
import { useNow } from "./use-now.ts";
import { dayLabel, lineWords, words } from "./words.ts";

const hour = 3_600_000;
/** How long the day stays in sight after the last movement. */
const restMs = 1200;

type ThreadProps = {
  readonly chat: Chat;
  readonly self: string;
  readonly actions: Actions;
  /** What stands at the end: the card while a group is being started, a note where the chat is over. */
  readonly children?: ReactNode;
};

export function Thread({ chat, self, actions, children }: ThreadProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [unseen, setUnseen] = useState<string | null>(null);

  const toEnd = useCallback((): void => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
    atEnd.current = true;
    setUnseen(null);
  }, []);

  const onScroll = useCallback((): void => {
    if (scroller.current === null) return;
    atEnd.current = scroller.current.scrollTop > -48;
    if (atEnd.current) setUnseen(null);
    clearTimeout(resting.current);
    if (atEnd.current) {
      delete scroller.current.dataset["scrolling"];
      return;
    }
    scroller.current.dataset["scrolling"] = "";
    resting.current = setTimeout(() => delete scroller.current?.dataset["scrolling"], restMs);
  }, []);
  useEffect(() => () => clearTimeout(resting.current), []);

  // What grows at the end must not move the text under the eyes of who reads further up.
  useEffect(() => {
    const inside = content.current;
    const outside = scroller.current;
    if (inside === null || outside === null) return;
    let height = inside.offsetHeight;
    const observer = new ResizeObserver(() => {
      const grown = inside.offsetHeight - height;
      height = inside.offsetHeight;
      if (!atEnd.current && grown !== 0) outside.scrollTop -= grown;
    });
    observer.observe(inside);
    return () => observer.disconnect();
  }, []);

  const shown = useRef({ chat: chat.id, last: chat.items.at(-1)?.id });
  useEffect(() => {
    const last = chat.items.at(-1);
    const before = shown.current;
    shown.current = { chat: chat.id, last: last?.id };
    const isSame = before.chat === chat.id || chat.items.some((item) => item.id === before.last);
    if (!isSame) {
      toEnd();
      return;
    }
    if (last === undefined || last.id === before.last) return;
    if (atEnd.current || (last.kind === "message" && last.mine)) toEnd();
    else setUnseen(announcement(chat, self, before.last));
  }, [chat, self, toEnd]);

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
          <ThreadItems chat={chat} self={self} actions={actions} />
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

/** What the pill says: what happened, or how many messages came. */
function announcement(chat: Chat, self: string, lastSeen: string | undefined): string {
  const from = chat.items.findIndex((item) => item.id === lastSeen) + 1;
  const fresh = chat.items.slice(from);
  const happened = fresh.find((item) => item.kind === "line" && item.what === "added");
  if (happened?.kind === "line") {
    return lineWords(happened, self)
      .map((part) => part.text)
      .join("");
  }
  const messages = fresh.filter((item) => item.kind === "message").length;
  return messages === 0 ? words.chat.latest : words.chat.newMessages(messages);
}

type ItemsProps = { readonly chat: Chat; readonly self: string; readonly actions: Actions };

/** Laid out again when the thread changes, and not while somebody types. */
const ThreadItems = memo(
  function ThreadItems({ chat, self, actions }: ItemsProps): ReactNode {
    const now = useNow(hour);
    const { above, seam, below } = useMemo(() => layOut(chat.items, now), [chat.items, now]);
    const askable = useMemo(() => whoCanBeAskedAgain(chat), [chat]);
    const section = (days: readonly Day[], shared: readonly Person[], isPrivate: boolean): ReactNode =>
      days.map((day) => (
        <div key={day.key} className={styles.day}>
          {day.label ? (
            <h3 className={styles.label}>
              <span>{dayLabel(day.at, now)}</span>
            </h3>
          ) : null}
          {day.blocks.map((block) => (
            <BlockView
              key={block.key}
              block={block}
              chat={chat}
              self={self}
              isPrivate={isPrivate}
              shared={shared}
              askable={askable}
              actions={actions}
            />
          ))}
        </div>
      ));
    const isPrivate = chat.kind === "1-1";
    return (
      <>
        {above === null ? null : (
          <div className={classes(styles.above, seam?.fresh === true && styles.fresh)}>
            <div className={styles.column}>{section(above, [], true)}</div>
          </div>
        )}
        {seam === null ? null : <Seam seam={seam} self={self} />}
        <div
          className={classes(
            styles.below,
            above === null && styles.fill,
            seam !== null && styles.afterSeam,
            seam?.fresh === true && styles.staggered,
          )}
        >
          <div className={styles.column}>{section(below, seam?.above ?? [], isPrivate)}</div>
        </div>
      </>
    );
  },
  (a, b) =>
    a.self === b.self &&
    a.actions === b.actions &&
    a.chat.id === b.chat.id &&
    a.chat.items === b.chat.items &&
    a.chat.members === b.chat.members &&
    a.chat.phase === b.chat.phase,
);

/** Who said no or was not reached, and could still be asked: only in a group that stands. */
function whoCanBeAskedAgain(chat: Chat): ReadonlySet<string> {
  if (chat.kind !== "group" || chat.phase.is !== "open") return new Set();
  return new Set(
    chat.members
      .filter((one: Member) => one.is === "declined" || one.is === "unreachable")
      .map((one) => one.address),
  );
}

type BlockProps = ItemsProps & {
  readonly block: Block;
  /** Between two people, neither names nor faces are needed. */
  readonly isPrivate: boolean;
  readonly shared: readonly Person[];
  readonly askable: ReadonlySet<string>;
};

function BlockView({ block, chat, self, isPrivate, shared, askable, actions }: BlockProps): ReactNode {
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
