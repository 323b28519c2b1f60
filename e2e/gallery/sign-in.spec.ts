/** The sign-in form, and the theme one chooses. */
import { expect } from "@playwright/test";
import { calls, open, test } from "./stage.ts";

test("the theme one chooses goes before the system’s", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "light" });
  const page = await context.newPage();
  await open(page, "group-alice");
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await expect.poll(ground).toBe("rgb(255, 255, 255)");
  await page.evaluate(() => window.store.setState({ settings: { theme: "dark", joinByItself: false } }));
  await expect.poll(ground).toBe("rgb(26, 28, 30)");
  await context.close();
});

test("signing in asks for what is missing, and sends what was typed", async ({ page }) => {
  await open(page, "sign-in");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Address" })).toBeFocused();
  await expect(page.getByText("Type your address, like you@example.org.")).toBeVisible();
  await page.getByRole("textbox", { name: "Address" }).fill("Bob");
  await page.getByLabel("Password", { exact: true }).fill("secret");
  await page.getByRole("checkbox", { name: "Keep me signed in" }).check();
  await page.keyboard.press("Enter");
  await expect
    .poll(() => calls(page, "signIn"))
    .toEqual([
      [
        {
          server: "/sip",
          address: "sip:bob@segue.example",
          password: "secret",
          factory: "sip:conference-factory@segue.example",
          relay: "/msrp",
          keep: true,
        },
      ],
    ]);
});
