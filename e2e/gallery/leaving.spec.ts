/** A page is not closed over a message that nobody else has. */
import { expect } from "@playwright/test";
import { open, test } from "./stage.ts";

test("a browser asks before what was not sent is lost, and not otherwise", async ({ page }) => {
  const asked: string[] = [];
  page.on("dialog", (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await open(page, "errors");
  // A browser asks for nobody who has not touched the page.
  await page.getByRole("textbox", { name: /^Message / }).click();
  await page.evaluate(() => location.reload());
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page.getByRole("main")).toBeVisible();

  await page.evaluate(() => {
    const state = window.store.getState();
    window.store.setState({ chats: {}, order: [], selected: state.selected });
  });
  await page.reload();
  await expect(page.getByRole("main")).toBeVisible();
  expect(asked).toEqual(["beforeunload"]);
});
