/**
 * Who takes part in a browser test: a network in a box of its own on a free port, and people who sign in to it,
 * each in a browser context of their own, or all in one where a test asks for that.
 *
 * A person enters when a test names them. What went wrong on any page, seen or not, fails the test.
 */
import { join } from "node:path";
import { test as base, type Browser, type BrowserContext, expect } from "@playwright/test";
import { type Box, type BoxOptions, startBox } from "../src/server/network-in-a-box.ts";
import { problemsOf, rungsOf } from "../src/testing/ladder-rows.ts";
import { Person } from "./person.ts";

export type Options = {
  /** What the box is started with. */
  boxOptions: BoxOptions;
  /** The app's own timers, as an operator sets them in `config.json`. */
  appTimers: Readonly<Record<string, number>>;
  /** Pages of one context share a browser profile. */
  oneContext: boolean;
};

type Fixtures = {
  box: Box;
  profile: BrowserContext | null;
  alice: Person;
  bob: Person;
  carol: Person;
  dave: Person;
};

type Given = {
  readonly browser: Browser;
  readonly box: Box;
  readonly profile: BrowserContext | null;
  readonly appTimers: Options["appTimers"];
};

const dist = join(import.meta.dirname, "../dist");

const person =
  (name: string) =>
  async (
    { browser, box, profile, appTimers }: Given,
    provide: (person: Person) => Promise<void>,
  ): Promise<void> => {
    const context = profile ?? (await browser.newContext());
    const page = await context.newPage();
    if (Object.keys(appTimers).length > 0) {
      await page.route("**/config.json", async (route) => {
        const response = await route.fetch();
        const config = (await response.json()) as object;
        await route.fulfill({ response, json: { ...config, timers: appTimers } });
      });
    }
    const one = new Person(name, page, box.url);
    await provide(one);
    if (profile === null) await context.close();
    expect(one.errors).toEqual([]);
  };

export const test = base.extend<Options & Fixtures>({
  boxOptions: [{}, { option: true }],
  appTimers: [{}, { option: true }],
  oneContext: [false, { option: true }],

  box: async ({ boxOptions }, provide) => {
    const box = await startBox({ distDir: dist, trace: true, ...boxOptions });
    await provide(box);
    await box.stop();
  },
  profile: async ({ browser, oneContext }, provide) => {
    const context = oneContext ? await browser.newContext() : null;
    await provide(context);
    await context?.close();
  },
  alice: person("Alice Moreau"),
  bob: person("Bob Lindqvist"),
  carol: person("Carol Okafor"),
  dave: person("Dave Ito"),
});

/** Every way in which what went over the wires is not the figure. */
export function notTheFigure({ trace }: Box): readonly string[] {
  const note = trace.notes.find(({ what }) => what.startsWith("group established"));
  return problemsOf(rungsOf(trace.sip, { A: "alice", B: "bob", C: "carol" }, note?.at ?? null));
}

/** What one element said to another, first lines only: `BYE`, `SIP/2.0 200 OK`. */
export function saidBy(box: Box, from: string, to: string): readonly string[] {
  return box.trace.sip
    .filter((hop) => hop.from === from && hop.to === to)
    .map(({ message }) => message.slice(0, message.indexOf("\r\n")));
}
