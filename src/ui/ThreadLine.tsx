/** A line for something that happened, in this person's own words; who could not come can be asked again from it. */
import type { ReactNode } from "react";
import type { Actions, ChatId, Line, Person } from "../client/model.ts";
import { Button } from "./Button.tsx";
import styles from "./ThreadLine.module.css";
import { lineWords } from "./words-lines.ts";
import { time } from "./words-time.ts";
import { words } from "./words.ts";

type ThreadLineProps = {
  readonly line: Line;
  readonly withTime: boolean;
  readonly self: string;
  /** Who sees what is above the seam. */
  readonly shared: readonly Person[];
  readonly askable: ReadonlySet<string>;
  readonly chatId: ChatId;
  readonly actions: Actions;
};

export function ThreadLine({
  line,
  withTime,
  self,
  shared,
  askable,
  chatId,
  actions,
}: ThreadLineProps): ReactNode {
  const concerns = line.what === "declined" || line.what === "unreachable";
  const whom = line.whom[0] ?? line.who;
  const canAsk = concerns && whom !== null && askable.has(whom.address);
  return (
    <p className={styles.line} dir="auto">
      {lineWords(line, self, shared).map((part, index) =>
        part.name ? (
          // The parts of one line never change their places.
          <b key={index} className={styles.name} dir="auto">
            {part.text}
          </b>
        ) : (
          part.text
        ),
      )}
      {withTime ? (
        <>
          {" · "}
          <time dateTime={new Date(line.at).toISOString()}>{time(line.at)}</time>
        </>
      ) : null}
      {canAsk ? (
        <>
          {" · "}
          <Button
            kind="text"
            className={styles.ask}
            label={words.askAgainWhom(whom)}
            onPress={() => actions.askAgain(chatId, whom.address)}
          >
            {words.askAgain}
          </Button>
        </>
      ) : null}
    </p>
  );
}
