/** Pieces of a message as they pile up: counted, not timed. */
import { fc } from "../testing/fast-check.ts";
import { expect, it } from "vitest";
import { addPiece, assemble, mostPieces, type Piece } from "./msrp-pieces.ts";

const piled = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.reduce<readonly Piece[]>((pile, piece) => addPiece(pile, piece), []);

/** In chunks of that size, from the first byte to the last. */
const inOrder = (bytes: number, size: number): readonly Piece[] =>
  Array.from({ length: Math.ceil(bytes / size) }, (_none, n) => ({
    start: n * size + 1,
    bytes: new Uint8Array(Math.min(size, bytes - n * size)).fill(n),
  }));

it.each([200, 256, 1_000, 5_000, 8_191])(
  "of 8 MB in chunks of %i B few are held, and few bytes copied",
  (size) => {
    let pile: readonly Piece[] = [];
    let [most, copied] = [0, 0];
    for (const piece of inOrder(8_000_000, size)) {
      const next = addPiece(pile, piece);
      const made = next.at(-1);
      if (made !== undefined && made.bytes !== piece.bytes) copied += made.bytes.length;
      most = Math.max(most, next.length);
      pile = next;
    }
    expect(most).toBeLessThan(mostPieces(8_000_000));
    expect(copied).toBeLessThan(8_000_000 * Math.log2((2 * 8_192) / size));
  },
);

it("of our own size are not copied at all", () => {
  const pieces = inOrder(80_000, 8_192);
  expect(piled(pieces).map(({ bytes }, n) => bytes === pieces[n]?.bytes)).toEqual(pieces.map(() => true));
});

it("are whole again, and of overlapping bytes the last to arrive win, in any order", () => {
  const piece = fc.record({
    start: fc.integer({ min: 1, max: 40 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const expected = new Uint8Array(60);
      for (const { start, bytes } of pieces) expected.set(bytes, start - 1);
      expect(assemble(piled(pieces), 60)).toEqual(expected);
    }),
  );
});

it("never change once they are held: whoever keeps an earlier pile finds it as it was", () => {
  const pieces = inOrder(64, 4);
  const piles = pieces.map((_piece, n) => piled(pieces.slice(0, n + 1)));
  const before = piles.map((pile) => pile.map(({ bytes }) => [...bytes]));
  piles.forEach((pile, n) => {
    const next = pieces[n + 1];
    if (next !== undefined) addPiece(pile, next);
  });
  expect(piles.map((pile) => pile.map(({ bytes }) => [...bytes]))).toEqual(before);
});
