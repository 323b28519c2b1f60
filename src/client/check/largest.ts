/**
 * The largest request that passes: rungs upwards until one is refused, then halves between, to within a kilobyte.
 */
export const rungs: readonly number[] = [8, 16, 24, 32, 48, 60].map((kilobytes) => kilobytes * 1_024);
const within = 1_024;
/** Each one refused may cost a connection and a wait. */
const mostHalves = 4;

export type Found<By> = {
  readonly largest: number;
  readonly refused: { readonly bytes: number; readonly by: By } | null;
};

/** `tries` answers null when that many bytes passed, else how they were refused. */
export async function findLargest<By>(
  from: number,
  tries: (bytes: number) => Promise<By | null>,
): Promise<Found<By>> {
  let largest = from;
  let refused: Found<By>["refused"] = null;
  for (const bytes of rungs) {
    if (refused !== null || bytes <= largest) continue;
    const by = await tries(bytes);
    if (by === null) largest = bytes;
    else refused = { bytes, by };
  }
  for (let n = 0; refused !== null && n < mostHalves && refused.bytes - largest > within; n += 1) {
    const middle = Math.round((largest + refused.bytes) / 2);
    const by = await tries(middle);
    if (by === null) largest = middle;
    else refused = { bytes: middle, by };
  }
  return { largest, refused };
}

/** How many fit into `largest`, where an invitation of nobody takes `baseBytes`. */
export const roomFor = (largest: number, baseBytes: number, personBytes: number): number =>
  Math.max(0, Math.floor((largest - baseBytes) / personBytes));
