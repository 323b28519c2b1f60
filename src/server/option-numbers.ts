/** Numbers on a command line, with the words for what is none. */

export function readNumber(name: string, value: string, least: number, most: number): number {
  if (!/^[0-9]{1,6}$/.test(value) || Number(value) < least || Number(value) > most)
    throw new Error(`${name} ${value}: a number from ${least} to ${most} is needed.`);
  return Number(value);
}

/** Where `/metrics` are; null: nowhere. */
export const readMetricsPort = (value: string | undefined): number | null =>
  value === undefined ? null : readNumber("--metrics", value, 0, 65_535);
