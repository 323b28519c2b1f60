/** A name as long as a street leaves room for the others. */
import { expect } from "@playwright/test";
import { open, test } from "./stage.ts";

test("on a phone, who comes after a long name is still in the row of members", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "group-alice");
  await page.evaluate(() => {
    const state = window.store.getState();
    const chat = state.chats[state.selected ?? ""];
    if (chat === undefined) throw new Error("No chat is open.");
    const members = chat.members.map((one) =>
      one.name.startsWith("Bob")
        ? { ...one, name: "Wolfeschlegelsteinhausenbergerdorff-Maximilianopoulos" }
        : one,
    );
    window.store.setState({ chats: { ...state.chats, [chat.id]: { ...chat, members } } });
  });
  const members = page.getByRole("list", { name: "Members" });
  await expect(members.getByText(/^Wolfe/)).toBeVisible();
  await expect(members.getByText("Carol")).toBeInViewport({ ratio: 1 });
});
