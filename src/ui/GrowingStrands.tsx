/**
 * The small picture over "Add": who is in the chat comes in from the left, and one strand grows for each person
 * picked. It repeats the note beside it, for eyes only.
 */
import type { ReactNode } from "react";
import type { Person } from "../client/model.ts";
import styles from "./GrowingStrands.module.css";
import { colourOf } from "./people.ts";

const width = 64;
const height = 36;
const most = 5;
const outGap = 10;
const inGap = 14;
/** Where all strands meet, and where new ones begin. */
const joint = 32;

type GrowingStrandsProps = {
  /** Yourself first. */
  readonly before: readonly Person[];
  readonly added: readonly Person[];
};

export function GrowingStrands({ before, added }: GrowingStrandsProps): ReactNode {
  const all = [...before, ...added];
  const shown = all.slice(0, most);
  const into = before.slice(0, most);
  const rows = shown.length + (all.length > most ? 1 : 0);
  const middle = height / 2;
  const gap = Math.min(outGap, (height - 4) / Math.max(1, rows - 1));
  const inStep = Math.min(inGap, (height - 12) / Math.max(1, into.length - 1));
  const out = (index: number): number => middle + (index - (rows - 1) / 2) * gap;
  const from = (index: number): number => middle + (index - (into.length - 1) / 2) * inStep;
  const near = (index: number): number => middle + (index - (rows - 1) / 2) * Math.min(2.5, gap);
  return (
    <svg
      aria-hidden="true"
      className={styles.strands}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      {rows > shown.length ? (
        <Strand y={near(rows - 1)} to={out(rows - 1)} from={null} colour={null} />
      ) : null}
      {shown
        .map((person, index) => (
          <Strand
            key={person.address}
            y={near(index)}
            to={out(index)}
            from={index < into.length ? from(index) : null}
            colour={colourOf(person.address)}
          />
        ))
        .toReversed()}
    </svg>
  );
}

type StrandProps = {
  readonly y: number;
  readonly to: number;
  /** Where it comes in from the left; null for one that begins in the middle. */
  readonly from: number | null;
  readonly colour: number | null;
};

function Strand({ y, to, from, colour }: StrandProps): ReactNode {
  const end = `C${joint + 14} ${y} ${joint + 14} ${to} ${width - 2} ${to}`;
  const path =
    from === null
      ? `M${joint + 2} ${y}${end}`
      : `M2 ${from}C${joint - 14} ${from} ${joint - 14} ${y} ${joint} ${y}${end}`;
  return (
    <path
      d={path}
      pathLength={1}
      className={from === null ? styles.grows : undefined}
      {...(colour === null ? { "data-rest": true } : { "data-person": colour })}
    />
  );
}
