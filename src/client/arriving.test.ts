/** Coming to the page: whom its address names is signed in, where that is an account anybody may use. */
import { expect, it } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { scriptedAgent } from "../testing/scripted-agent.ts";
import { memoryStore } from "../testing/scripted-person.ts";
import { scriptedRelay } from "../testing/scripted-relay.ts";
import { createClient } from "./client.ts";
import { writeAccount } from "./settings.ts";

function arrivingAs(as: string | null, kept: string | null = null) {
  const session = memoryStore();
  if (kept !== null)
    writeAccount(session, {
      server: "/sip",
      relay: "/msrp",
      address: kept,
      password: "x",
      factory: null,
      keep: true,
    });
  const client = createClient({
    config: {
      presets: [
        {
          name: "Box",
          domain: "segue.example",
          server: "/sip",
          relay: "/msrp",
          factory: null,
          demo: [{ address: "sip:alice@segue.example", name: "Alice Moreau", password: "alice" }],
        },
      ],
    },
    base: "http://127.0.0.1/",
    openSocket: () => {
      throw new Error("nobody opens a socket here");
    },
    clock: manualClock(0),
    freshId: () => "0".repeat(32),
    stores: { session, local: memoryStore() },
    links: { agent: scriptedAgent().create, relay: scriptedRelay().create },
    as,
  });
  client.start();
  const { session: state } = client.store.getState();
  return state.is === "signed-out" ? null : state.address;
}

it("a demo account, by name or address", () => {
  expect(arrivingAs("alice")).toBe("sip:alice@segue.example");
  expect(arrivingAs("SIP:Alice@segue.example")).toBe("sip:alice@segue.example");
});

it("nobody, where it names no such account", () => {
  expect(arrivingAs("mallory")).toBeNull();
  expect(arrivingAs("alice@elsewhere.example")).toBeNull();
  expect(arrivingAs(" ")).toBeNull();
  expect(arrivingAs(null)).toBeNull();
});

it("before somebody else whose sign-in this tab has kept", () => {
  expect(arrivingAs(null, "sip:bob@segue.example")).toBe("sip:bob@segue.example");
  expect(arrivingAs("alice", "sip:bob@segue.example")).toBe("sip:alice@segue.example");
});
