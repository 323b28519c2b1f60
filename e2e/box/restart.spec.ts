/** The box ends and begins anew under people who have their pages open. Of the box itself, so not run on Kamailio. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { startBox } from "../../src/server/network-in-a-box.ts";
import { test } from "../people.ts";
import { inChat } from "../person.ts";

test.use({ appTimers: { sipRetryMinMs: 300, sipRetryMaxMs: 600, retryMinMs: 300, retryMaxMs: 600 } });

test.use({
  // Playwright reads from the pattern that this needs nothing else.
  // oxlint-disable-next-line no-empty-pattern
  boxOptions: async ({}, provide) => {
    const dataDir = await mkdtemp(join(tmpdir(), "segue-restart-"));
    await provide({ dataDir });
    await rm(dataDir, { recursive: true });
  },
});

test("the banner says so, and everybody is back in the group, with what was written meanwhile", async ({
  alice,
  bob,
  carol,
  box,
  boxOptions,
}) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await carol.say("Before.");
  await Promise.all([alice.sees("Before."), bob.sees("Before.")]);

  await box.stop();
  await expect(alice.page.getByRole("status")).toContainText("No connection.");
  await alice.field.fill("Written while nothing ran.");
  await alice.press("Send");
  const again = await startBox({ ...boxOptions, port: Number(new URL(box.url).port) });
  await Promise.all([alice, bob, carol].map((one) => one.sees("Written while nothing ran.")));
  await expect(bob.thread.getByText("Written while nothing ran.")).toHaveCount(1);
  await carol.say("After.");
  await Promise.all([alice.sees("After."), bob.sees("After.")]);
  // What a browser says of a socket that is refused is no error of the page.
  for (const one of [alice, bob, carol]) {
    await one.page.goto("about:blank");
    const others = one.errors.filter((text) => !text.includes("WebSocket connection"));
    one.errors.splice(0, one.errors.length, ...others);
  }
  await again.stop();
});
