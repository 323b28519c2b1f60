import { fc } from "../testing/fast-check.ts";
import { expect, it } from "vitest";
import { emptyQueue, put, taken, valuesOf, type Queue } from "./queue.ts";

it("is first in, first out, like a list", () => {
  const doing = fc.array(fc.option(fc.integer(), { nil: "take" as const, freq: 2 }));
  fc.assert(
    fc.property(doing, (moves) => {
      let queue: Queue<number> = emptyQueue;
      let list: readonly number[] = [];
      for (const move of moves) {
        [queue, list] = move === "take" ? [taken(queue), list.slice(1)] : [put(queue, move), [...list, move]];
        expect([queue.size, queue.front?.value, ...valuesOf(queue)]).toEqual([list.length, list[0], ...list]);
      }
    }),
  );
});

/** How many cells the one has that the other has not. */
function cellsAdded(before: Queue<number>, after: Queue<number>): number {
  const known = new Set<object>();
  for (const list of [before.front, before.back])
    for (let cell = list; cell; cell = cell.rest) known.add(cell);
  let added = 0;
  for (const list of [after.front, after.back])
    for (let cell = list; cell; cell = cell.rest) if (!known.has(cell)) added += 1;
  return added;
}

it("makes two cells for each that passes through, however many wait", () => {
  const many = 300;
  let queue: Queue<number> = emptyQueue;
  let cells = 0;
  const become = (next: Queue<number>): void => {
    cells += cellsAdded(queue, next);
    queue = next;
  };
  for (let n = 0; n < many; n += 1) become(put(queue, n));
  expect(cells).toBe(many);
  while (queue.front !== null) become(taken(queue));
  expect(cells).toBeLessThan(2 * many);
});
