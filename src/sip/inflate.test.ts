/** Deflated bodies, those of a friend and those of a foe. */
import { deflateRawSync, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflate } from "./inflate.ts";

const text = Buffer.from("é".repeat(3_000));

test.each([
  ["with the header of zlib", deflateSync(text)],
  ["without", deflateRawSync(text)],
])("what was deflated %s comes out as it was", async (_, bytes) => {
  expect(Buffer.from(await inflate(bytes, 6_000)).equals(text)).toBe(true);
});

test("one byte more than the limit is refused", async () => {
  await expect(inflate(deflateSync(text), 5_999)).rejects.toMatchObject({ status: 413 });
});

test("a body that stands for 64 MB is given up at the limit", async () => {
  const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(65_536);
  await expect(inflate(bomb, 65_536)).rejects.toMatchObject({ status: 413 });
});

test.each([
  ["nothing at all", new Uint8Array()],
  ["a head and no more", deflateSync(text).subarray(0, 2)],
  ["half of it", deflateSync(text).subarray(0, 12)],
  ["a wrong sum at the end", Buffer.concat([deflateSync(text).subarray(0, -4), Buffer.alloc(4)])],
  ["plain text", Buffer.from("Hello")],
])("%s is refused", async (_, bytes) => {
  await expect(inflate(bytes, 65_536)).rejects.toMatchObject({ status: 400 });
});
