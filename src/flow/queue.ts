/**
 * What waits in a row, as a value: put at the end and taken from the front without copying the row, so that a long one
 * costs each of its members no more than a short one. Two lists, the second back to front (Okasaki 1998, §5.2).
 */
type Cell<T> = { readonly value: T; readonly rest: Cell<T> | null };

export type Queue<T> = {
  readonly size: number;
  /** null only when nothing waits at all. */
  readonly front: Cell<T> | null;
  /** The last first. */
  readonly back: Cell<T> | null;
};

export const emptyQueue: Queue<never> = { size: 0, front: null, back: null };

export const put = <T>({ size, front, back }: Queue<T>, value: T): Queue<T> =>
  front === null
    ? { size: 1, front: { value, rest: null }, back: null }
    : { size: size + 1, front, back: { value, rest: back } };

/** The row without its first. */
export function taken<T>({ size, front, back }: Queue<T>): Queue<T> {
  if (front === null) return emptyQueue;
  if (front.rest !== null) return { size: size - 1, front: front.rest, back };
  return { size: size - 1, front: turned(back), back: null };
}

/** All of them, first to last. */
export function valuesOf<T>({ front, back }: Queue<T>): readonly T[] {
  const values: T[] = [];
  for (let cell = front; cell !== null; cell = cell.rest) values.push(cell.value);
  for (let cell = turned(back); cell !== null; cell = cell.rest) values.push(cell.value);
  return values;
}

function turned<T>(list: Cell<T> | null): Cell<T> | null {
  let front: Cell<T> | null = null;
  for (let cell = list; cell !== null; cell = cell.rest) front = { value: cell.value, rest: front };
  return front;
}
