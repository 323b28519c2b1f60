import { describe, expect, it } from "vitest";
import { connectionOf, deniedCause, noLinks, type Link } from "./connection.ts";
import type { Connection } from "./model.ts";
import { sentences } from "./reasons.ts";

const up: Link = { is: "up" };
const connecting: Link = { is: "connecting" };
const down = (cause: "network" | "server" = "network"): Link => ({ is: "down", cause, since: 1, retryAt: 9 });
const denied = (status: number): Link => ({ is: "denied", status });

const first: Connection = { is: "connecting", cause: sentences.connecting, isRelayAlone: false };
const connected: Connection = { is: "connected" };
const waiting: Connection = {
  is: "waiting",
  cause: sentences.noConnection,
  retryAt: 9,
  waitedFrom: 1,
  isRelayAlone: false,
};
const again: Connection = { is: "connecting", cause: sentences.noConnection, isRelayAlone: false };
const relayAlone = { isRelayAlone: true };
const back: Connection = { is: "back", since: 3 };

describe("what the banner says", () => {
  it.each<[string, Link, Link, Connection, Connection]>([
    ["at first", connecting, { is: "off" }, first, first],
    ["SIP alone stands at first", up, connecting, first, { ...first, ...relayAlone }],
    ["both stand for the first time", up, up, first, connected],
    ["both stand still", up, up, connected, connected],
    ["the network is gone", down(), down(), connected, waiting],
    ["the server is silent", down("server"), up, connected, { ...waiting, cause: sentences.serverSilent }],
    [
      "the relay alone is away",
      up,
      down(),
      connected,
      { ...waiting, ...relayAlone, cause: sentences.relaySilent },
    ],
    ["trying again keeps the cause", connecting, down(), waiting, again],
    ["the second half of trying again", up, connecting, again, { ...again, ...relayAlone }],
    ["back after a wait", up, up, waiting, { is: "back", since: 50 }],
    ["back while trying", up, up, again, { is: "back", since: 50 }],
    ["back is said on", up, up, back, back],
    ["a link goes quietly", connecting, up, connected, again],
    ["refused by SIP", denied(403), up, connected, { is: "refused", cause: sentences.wrongPassword }],
    ["unknown to SIP", denied(404), up, connected, { is: "refused", cause: sentences.unknownAccount }],
    ["refused by the relay", up, denied(401), connected, { is: "refused", cause: sentences.relayRefuses }],
    ["let in after all", up, up, { is: "refused", cause: "" }, { is: "back", since: 50 }],
  ])("%s", (_, sip, relay, before, after) => {
    expect(connectionOf({ sip, relay }, before, 50)).toEqual(after);
  });

  it("starts with nothing", () => {
    expect(connectionOf(noLinks, first, 0)).toEqual(first);
    expect(deniedCause(401)).toBe(sentences.wrongPassword);
  });
});
