/**
 * Which bytes of a message have been seen: spans in order, merged where they touch. Positions count from 1, both
 * ends included, as Byte-Range has them (RFC 4975 §7.1.1).
 */
export type Span = readonly [first: number, last: number];

export function addSpan(spans: readonly Span[], added: Span): readonly Span[] {
  let [first, last] = added;
  if (last < first) return spans;
  const before: Span[] = [];
  const after: Span[] = [];
  for (const span of spans) {
    if (span[1] < first - 1) before.push(span);
    else if (span[0] > last + 1) after.push(span);
    else {
      first = Math.min(first, span[0]);
      last = Math.max(last, span[1]);
    }
  }
  return [...before, [first, last], ...after];
}

export const spanBytes = (spans: readonly Span[]): number =>
  spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** The last byte up to which nothing is missing; 0 when the first byte is. */
export const coveredTo = (spans: readonly Span[]): number => (spans[0]?.[0] === 1 ? spans[0][1] : 0);
