/**
 * An object of groups of numbers, and a JSON file with what shall differ: timers and limits are changed like this.
 *
 * Refused with the entry's name: groups and numbers that there are not, and what is no number.
 */
type Group = Readonly<Record<string, number>>;
type Groups<G> = { readonly [Name in keyof G]: Group };
export type Overrides<G> = { readonly [Name in keyof G]?: Partial<G[Name]> };

/** `what` names one entry in words: "timer". Throws Error. */
export function readOverrides<G extends Groups<G>>(defaults: G, json: string, what: string): G {
  const given = entriesOf(JSON.parse(json), "the file");
  const groups: Readonly<Record<string, Group>> = defaults;
  const names = Object.keys(groups);
  for (const [group, values] of given) {
    const known = names.includes(group) ? Object.keys(groups[group] ?? {}) : null;
    if (known === null)
      throw new Error(`no group of ${what}s is called ${group}; there are ${names.join(", ")}`);
    for (const [name, value] of entriesOf(values, group)) {
      if (!known.includes(name))
        throw new Error(`${group} has no ${what} ${name}; it has ${known.join(", ")}`);
      if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
        throw new Error(`${group}.${name} must be a number that is not negative`);
    }
  }
  return withOverrides(defaults, Object.fromEntries(given) as Overrides<G>);
}

/** The defaults with some changes. */
export const withOverrides = <G extends Groups<G>>(defaults: G, changes: Overrides<G>): G =>
  Object.fromEntries(
    Object.entries<Group>(defaults).map(([name, values]) => [
      name,
      { ...values, ...changes[name as keyof G] },
    ]),
  ) as unknown as G;

function entriesOf(value: unknown, where: string): readonly [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${where} must be an object`);
  return Object.entries(value);
}
