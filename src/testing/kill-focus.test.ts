/** The box dies in a stream of group messages: what was shown as sent is with everybody, and the rest follows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startBoxProcess } from "./box-process.ts";
import { freePort } from "./free-ports.ts";
import { startPeople, stopPeople } from "./headless-person.ts";
import { invitationAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, textsOf } from "./headless-state.ts";
import { killRounds, soon } from "./kill-rounds.ts";

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

it("who is asked when it dies is asked by the next one, and reads everything", async () => {
  let box = await startBoxProcess(await freePort(), dataDir);
  const people = await startPeople(box, ["alice", "bob", "carol"], { limitMs: 60_000, timers: soon });
  try {
    const [alice, bob, carol] = people;
    const chat = await talkInPrivate(alice, bob);
    alice.actions.addPeople(chat.id, [carol.address], "Trip");
    await talkInGroup([alice, bob], "before");
    const { id } = await invitationAt(carol);
    await box.kill();
    for (const one of [alice, bob]) await one.until("the loss", (state) => groupIn(state, "away"));
    box = await startBoxProcess(box.port, dataDir);
    for (const one of [alice, bob]) await one.group();
    await carol.until(
      "being back",
      ({ connection }) => connection.is === "connected" || connection.is === "back",
    );
    carol.actions.join(id);
    await carol.group();
    await Promise.all([carol.read("alice on before."), carol.read("bob on before.")]);
    await talkInGroup(people, "after");
    const texts = textsOf(await carol.group()).below;
    expect(new Set(texts).size).toBe(texts.length);
  } finally {
    await stopPeople(people);
    await box.kill();
  }
});

it("two boxes can't have the same groups, and the second one says so", async () => {
  const box = await startBoxProcess(0, dataDir);
  await expect(startBoxProcess(0, dataDir)).rejects.toThrow("another process has them open");
  await box.kill();
});
