/**
 * Who takes part in a browser test: a network in a box of its own on a free port, and people who sign in to it,
 * each in a browser context of their own, or all in one where a test asks for that.
 *
 * A person enters when a test names them. What went wrong on any page, seen or not, fails the test.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test as base, type Browser, type BrowserContext, expect } from "@playwright/test";
import type { BoxOptions } from "../src/server/network-in-a-box.ts";
import { figureProblems, startNetwork, type Network } from "./network.ts";
import { Person } from "./person.ts";

export type Options = {
  /** What the box is started with. */
  boxOptions: BoxOptions;
  /** The app's own timers, as an operator sets them in `config.json`. */
  appTimers: Readonly<Record<string, number>>;
  /** Pages of one context share a browser profile. */
  oneContext: boolean;
  /** Three pages that move take the processor from the test, so they do not unless asked to. */
  moves: boolean;
};

type Fixtures = {
  box: Network;
  profile: BrowserContext | null;
  alice: Person;
  bob: Person;
  carol: Person;
  dave: Person;
  /** Other devices of the same people. */
  bobsPhone: Person;
  carolsPhone: Person;
};

type Given = {
  readonly browser: Browser;
  readonly box: Network;
  readonly profile: BrowserContext | null;
  readonly appTimers: Options["appTimers"];
  readonly moves: boolean;
};

const dist = join(import.meta.dirname, "../dist");

const newContext = (browser: Browser, moves: boolean): Promise<BrowserContext> =>
  browser.newContext({ reducedMotion: moves ? "no-preference" : "reduce" });

const person =
  (name: string) =>
  async (
    { browser, box, profile, appTimers, moves }: Given,
    provide: (person: Person) => Promise<void>,
  ): Promise<void> => {
    const context = profile ?? (await newContext(browser, moves));
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
  moves: [false, { option: true }],

  box: async ({ boxOptions }, provide, testInfo) => {
    const rows: string[] = [];
    const onRow = (row: string): void => void rows.push(`${new Date().toISOString().slice(14, 23)}  ${row}`);
    const box = await startNetwork({ distDir: dist, trace: true, onRow, ...boxOptions });
    await provide(box);
    await box.stop();
    if (testInfo.status === testInfo.expectedStatus) return;
    const path = testInfo.outputPath("what went over the wires.txt");
    await writeFile(path, rows.join("\n"));
    await testInfo.attach("what went over the wires", { path, contentType: "text/plain" });
  },
  profile: async ({ browser, oneContext, moves }, provide) => {
    const context = oneContext ? await newContext(browser, moves) : null;
    await provide(context);
    await context?.close();
  },
  alice: person("Alice Moreau"),
  bob: person("Bob Lindqvist"),
  carol: person("Carol Okafor"),
  dave: person("Dave Ito"),
  bobsPhone: person("Bob Lindqvist"),
  carolsPhone: person("Carol Okafor"),
});

/** Every way in which what went over the wires is not the figure. */
export function notTheFigure({ trace }: Network): readonly string[] {
  const note = trace.notes.find(({ what }) => what.startsWith("group established"));
  return figureProblems(trace.sip, note?.at ?? null);
}

/** What one element said to another, first lines only: `BYE`, `SIP/2.0 200 OK`. */
export function saidBy(box: Network, from: string, to: string): readonly string[] {
  return box.trace.sip
    .filter((hop) => hop.from === from && hop.to === to)
    .map(({ message }) => message.slice(0, message.indexOf("\r\n")));
}

/** Whether one element has said such a message to another: `response(200, "BYE")`. */
export function hasSaid(box: Network, from: string, to: string, matches: (text: string) => boolean): boolean {
  return box.trace.sip.some((hop) => hop.from === from && hop.to === to && matches(hop.message));
}
