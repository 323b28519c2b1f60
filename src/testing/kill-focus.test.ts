/** The box dies in a stream of group messages: what was shown as sent is with everybody, and the rest follows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startBoxProcess } from "./box-process.ts";
import { killRounds } from "./kill-rounds.ts";

vi.setConfig({ testTimeout: 240_000 });

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "segue-kill-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it("twice, the second time with somebody away", async () => {
  const { rounds, messages } = await killRounds(2, dataDir);
  expect(rounds.map(({ notSent }) => notSent > 0)).toEqual([true, true]);
  expect(rounds[1]?.owed).toBeGreaterThan(0);
  expect(messages).toBeGreaterThan(20);
});

it("two boxes can't have the same groups, and the second one says so", async () => {
  const box = await startBoxProcess(0, dataDir);
  await expect(startBoxProcess(0, dataDir)).rejects.toThrow("another process has them open");
  await box.kill();
});
