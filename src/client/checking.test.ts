/** The check is fetched when it is first asked for, and the server it comes from may be the one that is away. */
import { expect, it, vi } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { startChecking } from "./checking.ts";
import type { Check } from "./model.ts";
import { sentences } from "./reasons.ts";

vi.mock("./check/run.ts", () => {
  throw new Error("the server it is fetched from is away");
});

it("says so, and is over", async () => {
  const target = {
    address: "sip:alice@segue.example",
    password: "secret",
    server: "wss://segue.example/sip",
    relay: "wss://segue.example/msrp",
    factory: null,
    behindB2bua: false,
  };
  const told = await new Promise<Check>((resolve) => {
    startChecking(
      target,
      {
        openSocket: () => {
          throw new Error("nobody opens a socket here");
        },
        clock: manualClock(),
        freshId: () => "0",
        chunkBytes: 8_192,
        look: null,
        factoryFound: () => {},
      },
      resolve,
    );
  });
  expect(told).toMatchObject({ lines: [], isDone: true, summary: sentences.checkNotFetched });
});
