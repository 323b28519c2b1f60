/** What is in a thread: days and their blocks, one step back above the seam, the seam, and what follows. */
import type { ReactNode } from "react";
import { memo, useMemo } from "react";
import type { Actions, Chat, Member, MessageId, Person } from "../client/model.ts";
import { classes } from "./class-names.ts";
import { type Day, layOut } from "./grouping.ts";
import { Seam } from "./Seam.tsx";
import { ThreadBlock } from "./ThreadBlock.tsx";
import styles from "./ThreadItems.module.css";
import { useNow } from "./use-now.ts";
import { dayLabel } from "./words-time.ts";

const hour = 3_600_000;

type ThreadItemsProps = {
  readonly chat: Chat;
  readonly self: string;
  readonly firstNew: MessageId | null;
  /** What text that is not out yet waits for. */
  readonly waiting: string;
  readonly actions: Actions;
};

/** Laid out again when the thread changes, and not while somebody types. */
export const ThreadItems = memo(
  function ThreadItems({ chat, self, firstNew, waiting, actions }: ThreadItemsProps): ReactNode {
    const now = useNow(hour);
    const { above, seam, below } = useMemo(
      () => layOut(chat.items, now, firstNew),
      [chat.items, now, firstNew],
    );
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
            <ThreadBlock
              key={block.key}
              block={block}
              chat={chat}
              self={self}
              isPrivate={isPrivate}
              shared={shared}
              askable={askable}
              waiting={waiting}
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
          data-starts={above === null && seam !== null ? "" : undefined}
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
    a.firstNew === b.firstNew &&
    a.waiting === b.waiting &&
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
