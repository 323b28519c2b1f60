/** A few hundred hostile inputs at each door; `npm run fuzz` sends ten thousand. */
import { expect, it } from "vitest";
import { assaulted } from "./fuzz-door.ts";
import { doors } from "./fuzz-doors.ts";

it.each(doors.map((door) => [door.name, door] as const))(
  "%s",
  async (_name, door) => {
    const { tally, problems } = await assaulted(door, 300, 4711);
    expect(problems).toEqual([]);
    expect(tally.inputs).toBe(300);
    expect((tally.kinds.get("mutant") ?? 0) / tally.inputs).toBeGreaterThan(0.7);
  },
  180_000,
);
