/**
 * How much of one record a page holds: a bound far above what people write, so that nobody who writes for ever takes the
 * memory of all other chats.
 *
 * The oldest go, and a line says so. What this person wrote and the other end does not have yet stays.
 */
import type { Line, Message } from "./model.ts";
import { sentences } from "./reasons.ts";

export type ThreadLength = { readonly items: number; readonly characters: number };

export const threadLength: ThreadLength = { items: 10_000, characters: 33_554_432 };

/** So much goes at once, so that it is not done again for the next text. */
const share = 0.9;

const lengthOf = (item: Message | Line): number => item.text?.length ?? 0;

const mayGo = (item: Message | Line): boolean =>
  item.kind === "line" || !item.mine || item.is === "sent" || item.is === "delivered";

/** The same list while it is short enough. */
export function shortened(
  items: readonly (Message | Line)[],
  most: ThreadLength = threadLength,
): readonly (Message | Line)[] {
  let characters = items.reduce((sum, item) => sum + lengthOf(item), 0);
  if (items.length <= most.items && characters <= most.characters) return items;
  let left = items.length;
  let goneAt = 0;
  const kept = items.filter((item, n) => {
    const isEnough = left <= most.items * share && characters <= most.characters * share;
    // What has just come is shown, however long it is.
    if (isEnough || n === items.length - 1 || !mayGo(item)) return true;
    left -= 1;
    characters -= lengthOf(item);
    goneAt = item.at;
    return false;
  });
  return [olderGone(goneAt), ...kept];
}

const olderGone = (at: number): Line => ({
  kind: "line",
  id: `older-gone-${at}`,
  at,
  what: "note",
  who: null,
  whom: [],
  text: sentences.olderGone,
});
