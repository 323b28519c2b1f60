/** What leaves the composer is what was written in it. */
import { expect } from "@playwright/test";
import { calls, open, test } from "./stage.ts";

test("lines of code keep their place; empty lines around them go", async ({ page }) => {
  await open(page, "group-alice");
  await page
    .getByRole("textbox", { name: "Message Thursday dinner" })
    .fill("\n  \n    if (late)\n      run();\n\n");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => calls(page, "send"))
    .toEqual([["group:Thursday dinner", "    if (late)\n      run();"]]);
});
