/**
 * One person at a browser: what they can press and what they can read, by role and in the words on the screen.
 *
 * Beside the screen it keeps what the page never shows: each WebSocket frame that reached the browser, so that it
 * can be searched for words this person must not have received, and each error of the page, which fails the test.
 */
import { expect, type Locator, type Page } from "@playwright/test";

export class Person {
  readonly name: string;
  readonly page: Page;
  /** Uncaught errors and errors on the console, in words. */
  readonly errors: string[] = [];
  readonly #url: string;
  readonly #frames: string[] = [];

  constructor(name: string, page: Page, url: string) {
    this.name = name;
    this.page = page;
    this.#url = url;
    page.on("pageerror", (error) => this.errors.push(`${name}: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`${name}: ${message.text()}`);
    });
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) =>
        this.#frames.push(typeof payload === "string" ? payload : payload.toString("utf8")),
      ),
    );
  }

  get firstName(): string {
    return this.name.split(" ")[0] ?? this.name;
  }

  get list(): Locator {
    return this.page.getByRole("navigation", { name: "Chats" });
  }

  get chat(): Locator {
    return this.page.getByRole("region", { name: "Chat", exact: true });
  }

  get thread(): Locator {
    return this.page.getByRole("region", { name: /^Messages with / });
  }

  /** The field one writes in. */
  get field(): Locator {
    return this.chat.getByRole("textbox", { name: /^Message / });
  }

  get members(): Locator {
    return this.chat.getByRole("list", { name: "Members" }).getByRole("listitem");
  }

  /** The card while people are asked, and after none of them could come. */
  get card(): Locator {
    return this.chat.getByRole("region", { name: /^(?:Starting the group|Nobody could join\.)$/ });
  }

  /** Where the 1-1 became a group, or where the group starts. */
  get seam(): Locator {
    return this.thread.getByRole("heading", { name: /see what is above|The group starts here/ });
  }

  row(words: string | RegExp): Locator {
    return this.list.getByRole("listitem").filter({ hasText: words }).getByRole("button").first();
  }

  press(name: string | RegExp): Promise<void> {
    return this.page.getByRole("button", { name, exact: true }).click();
  }

  async open(): Promise<void> {
    await this.page.goto(this.#url);
    await expect(this.page.getByRole("main", { name: "Sign in to Segue" })).toBeVisible();
  }

  async signIn(): Promise<void> {
    await this.open();
    await this.press(`Continue as ${this.name}`);
    await expect(this.list).toBeVisible();
  }

  /** Writes to somebody for the first time: with no chats yet the people of the demo are one press away. */
  async chatWith(other: Person): Promise<void> {
    const waiting = this.page.getByRole("button", { name: `Chat with ${other.name}` });
    await expect(this.list).toBeVisible();
    if (await waiting.isVisible()) {
      await waiting.click();
    } else {
      await this.list.getByRole("button", { name: "New chat" }).click();
      await this.page
        .getByRole("dialog", { name: "New chat" })
        .getByRole("option", { name: other.name })
        .click();
    }
    await expect(this.field).toBeVisible();
  }

  async openChat(title: string): Promise<void> {
    await this.row(title).click();
    await expect(this.chat.getByRole("heading", { name: title, level: 2 })).toBeVisible();
    await expect(this.field).toBeVisible();
  }

  /** Waits until the composer lets go: for a moment after its readers changed, it sends nothing. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.chat.getByRole("button", { name: "Send", exact: true }).click();
    await expect(this.field).toHaveValue("");
    await this.sees(text);
  }

  /** In the thread that is open, if need be further up. */
  async sees(...texts: readonly (string | RegExp)[]): Promise<void> {
    for (const text of texts) await expect(this.thread.getByText(text)).toBeVisible();
  }

  /** The thread that is open has all of these, in this order. */
  async reads(...texts: readonly string[]): Promise<void> {
    const escaped = texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    await expect(this.thread).toHaveText(new RegExp(escaped.join("[^]*")));
  }

  async addPeople(people: readonly Person[], groupName = ""): Promise<void> {
    await this.chat.getByRole("button", { name: "Add people" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Add people" });
    for (const person of people) await dialog.getByRole("option", { name: person.name }).click();
    if (groupName !== "") await dialog.getByRole("textbox", { name: "Group name" }).fill(groupName);
    await dialog.getByRole("button", { name: /^Add / }).click();
    await expect(dialog).toBeHidden();
  }

  /** Opens the invitation from its row. */
  async openInvitation(by: Person): Promise<void> {
    await this.row(`${by.firstName} invites you`).click();
    await expect(
      this.chat.getByRole("heading", { name: new RegExp(`^${by.firstName} invites you to`) }),
    ).toBeVisible();
  }

  async join(by: Person): Promise<void> {
    await this.openInvitation(by);
    await this.chat.getByRole("button", { name: "Join", exact: true }).click();
    await expect(this.field).toBeVisible();
  }

  async decline(by: Person): Promise<void> {
    await this.openInvitation(by);
    await this.chat.getByRole("button", { name: "Decline", exact: true }).click();
    await expect(this.row("Declined invitation")).toBeVisible();
  }

  /** Everything that ever reached this browser over its WebSockets. */
  received(): string {
    return this.#frames.join("\n");
  }
}

/** What the banner says from now on, also what is gone again before anybody looks. */
export async function bannerOf({ page }: Person): Promise<() => Promise<readonly string[]>> {
  const said = await page.getByRole("status").evaluateHandle((banner) => {
    const texts: string[] = [];
    const observer = new MutationObserver(() => texts.push(banner.textContent ?? ""));
    observer.observe(banner, { childList: true, subtree: true, characterData: true });
    return texts;
  });
  return () => said.jsonValue();
}

/**
 * A talk in turns: each has read what was said before it and only then writes. Who does not wait for that may be ahead
 * of the others on the way, and then it reads in another order.
 */
export async function inTurn(...said: readonly (readonly [who: Person, text: string])[]): Promise<void> {
  let before: string | null = null;
  for (const [who, text] of said) {
    if (before !== null) await who.sees(before);
    await who.say(text);
    before = text;
  }
}

/** Alice and Bob in a 1-1 that both have open, with one message each way. */
export async function inChat(alice: Person, bob: Person): Promise<void> {
  await Promise.all([alice.signIn(), bob.signIn()]);
  await alice.chatWith(bob);
  await alice.say("Hello, are you there?");
  await bob.openChat(alice.name);
  await bob.sees("Hello, are you there?");
  await bob.say("Yes, what is it?");
  await alice.sees("Yes, what is it?");
}
