/**
 * Where a 1-1 became a group: two strands run in, everybody's run out. Above it is what only two people see.
 *
 * The private ground ends along the strands themselves: over the lower one that comes in, over the upper one that
 * goes out. Where nothing was before, at somebody who was added, strands only leave. While `fresh` it is drawn:
 * in from the left, then out to the right, new people 60 ms apart.
 */
import type { CSSProperties, ReactNode } from "react";
import { memo } from "react";
import type { Person, Seam as SeamItem } from "../client/model.ts";
import { classes } from "./class-names.ts";
import { FaceStack } from "./Face.tsx";
import { colourOf } from "./people.ts";
import styles from "./Seam.module.css";
import { words } from "./words.ts";

const outGap = 18;
const inGap = 22;
const pillGap = 7;
const pillHeight = 38;
const mostStrands = 5;

type Strand = { readonly key: string; readonly colour: number | null; readonly isNew: boolean };

/** Own first, then as listed; five at most, a sixth for the rest. */
export function strandsOf(
  seam: SeamItem,
  self: string,
): { readonly into: readonly Strand[]; readonly out: readonly Strand[] } {
  const before = new Set(seam.above.map((person) => person.address));
  const strand = (person: Person): Strand => ({
    key: person.address,
    colour: colourOf(person.address),
    isNew: !before.has(person.address),
  });
  const into = ownFirst(seam.above, self).slice(0, mostStrands).map(strand);
  // Where nothing was before, one's own strand is the last to come in, as it happened.
  const all = seam.above.length > 0 ? ownFirst(seam.below, self) : ownLast(seam.below, self);
  const out = all.slice(0, mostStrands).map(strand);
  return {
    into,
    out: all.length > mostStrands ? [...out, { key: "rest", colour: null, isNew: true }] : out,
  };
}

const ownFirst = (people: readonly Person[], self: string): readonly Person[] => [
  ...people.filter((person) => person.address === self),
  ...people.filter((person) => person.address !== self),
];

const ownLast = (people: readonly Person[], self: string): readonly Person[] => [
  ...people.filter((person) => person.address !== self),
  ...people.filter((person) => person.address === self),
];

/** Offsets from the middle for `n` lines that are `gap` apart. */
const spread = (n: number, gap: number): readonly number[] =>
  Array.from({ length: n }, (_, index) => (index - (n - 1) / 2) * gap);

export const Seam = memo(function Seam({
  seam,
  self,
}: {
  readonly seam: SeamItem;
  readonly self: string;
}): ReactNode {
  const { into, out } = strandsOf(seam, self);
  const starts = into.length === 0;
  const others = seam.above.filter((person) => person.address !== self);
  const height = Math.max(pillHeight, (out.length - 1) * outGap + 6, (into.length - 1) * inGap + 6);
  const middle = height / 2;
  const ends = { into: spread(into.length, inGap), out: spread(out.length, outGap) };
  const pill = {
    into: spread(into.length, 8),
    out: spread(out.length, Math.min(pillGap, 30 / Math.max(1, out.length - 1))),
  };
  const faces = starts ? ownLast(seam.below, self).slice(0, 3) : ownFirst(seam.above, self);
  const lowestIn = into.length - 1;
  return (
    <div
      className={classes(styles.seam, seam.fresh && styles.fresh, starts && styles.starts)}
      style={{ "--height": `${height}px` } as CSSProperties}
    >
      <div className={styles.side}>
        {starts ? null : (
          <Curve className={styles.ground} height={height}>
            <path
              d={`${curve(middle + (ends.into[lowestIn] ?? 0), middle + (pill.into[lowestIn] ?? 0))} V0 H0 Z`}
            />
          </Curve>
        )}
        {into.map((strand, index) => (
          <Curve key={strand.key} height={height} strand={strand} order={0}>
            <path d={curve(middle + (ends.into[index] ?? 0), middle + (pill.into[index] ?? 0))} />
          </Curve>
        ))}
      </div>
      <div className={styles.middle}>
        <h3 className={styles.pill}>
          <FaceStack people={faces} size={24} />
          <span className={styles.words}>{starts ? words.seam.starts : words.seam.only(others)}</span>
        </h3>
      </div>
      <div className={styles.side}>
        {starts ? null : (
          <Curve className={styles.ground} height={height}>
            <path d={`${curve(middle + (pill.out[0] ?? 0), middle + (ends.out[0] ?? 0))} V0 H0 Z`} />
          </Curve>
        )}
        {out.map((strand, index) => (
          <Curve
            key={strand.key}
            height={height}
            strand={strand}
            order={strand.isNew ? index - into.length + 1 : 0}
            leaves
          >
            <path d={curve(middle + (pill.out[index] ?? 0), middle + (ends.out[index] ?? 0))} />
          </Curve>
        ))}
      </div>
    </div>
  );
});

/** From the left edge to the right one, flat at both. */
const curve = (from: number, to: number): string => `M0 ${from} C50 ${from} 50 ${to} 100 ${to}`;

type CurveProps = {
  readonly height: number;
  readonly strand?: Strand;
  /** Which of the new strands this is; 0 for those that were there before. */
  readonly order?: number;
  readonly leaves?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
};

function Curve({ height, strand, order = 0, leaves = false, className, children }: CurveProps): ReactNode {
  return (
    <svg
      aria-hidden="true"
      className={classes(
        styles.curve,
        strand !== undefined && styles.strand,
        leaves && styles.leaves,
        className,
      )}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      style={{ "--order": order } as CSSProperties}
      {...(strand === undefined || strand.colour === null ? {} : { "data-person": strand.colour })}
      {...(strand?.colour === null ? { "data-rest": true } : {})}
    >
      {children}
    </svg>
  );
}
