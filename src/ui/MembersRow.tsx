/** Who is in the group: you first, then by joining; who is asked as an outline with the word; who is out, left out. */
import type { ReactNode } from "react";
import { memo } from "react";
import type { Member } from "../client/model.ts";
import { classes } from "./class-names.ts";
import { Face, faceIs } from "./Face.tsx";
import styles from "./MembersRow.module.css";
import { memberName, memberStateWords, words } from "./words.ts";

const most = 8;

type MembersRowProps = {
  readonly members: readonly Member[];
  /** The group began just now: the row opens as part of that. */
  readonly isOpening: boolean;
};

export const MembersRow = memo(function MembersRow({ members, isOpening }: MembersRowProps): ReactNode {
  const shown = members.filter((member) => member.is !== "left" && member.is !== "removed");
  const rest = shown.length > most ? shown.length - most : 0;
  return (
    <div className={classes(styles.frame, isOpening && styles.opening)}>
      {/* It scrolls sideways, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={styles.row} aria-label={words.chat.members} tabIndex={0}>
        {shown.slice(0, most).map((member) => {
          const is = faceIs(member);
          const state = memberStateWords(member.is);
          return (
            <li key={member.address} className={styles.chip} data-is={is}>
              <Face person={member} size={24} is={is} />
              <span dir="auto" className={styles.name}>
                {memberName(member)}
              </span>
              {state === null ? null : <span className={styles.state}>{state}</span>}
            </li>
          );
        })}
        {rest === 0 ? null : (
          <li className={styles.chip}>
            <span className={styles.rest} aria-hidden="true">
              {words.chat.more(rest)}
            </span>
            <span className="visually-hidden">{words.chat.moreMembers(rest)}</span>
          </li>
        )}
      </ul>
    </div>
  );
});
