/** A page that is looked at for its colours, once nothing on it moves any more. */
import type { Page } from "@playwright/test";

/** Whatever fades in has its colour at the end; what turns for ever is not waited for. */
export async function comesToRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ends = document
      .getAnimations()
      .filter((one) => Number.isFinite(Number(one.effect?.getComputedTiming().endTime)));
    await Promise.allSettled(ends.map((one) => one.finished));
  });
}
