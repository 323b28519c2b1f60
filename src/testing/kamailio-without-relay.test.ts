/** Kamailio whose relay is off, `npm run relay` beside it and the focus: the same chats, and a relay that is killed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { focusUser } from "../server/network/accounts.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, textsOf } from "./headless-state.ts";
import { startKamailio, whyNoKamailio } from "./kamailio.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";
import { startProgram } from "./program-process.ts";
import { startRelayBeside, withoutRelay } from "./relay-beside.ts";

// Several programs are started, one after the other.
vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(whyNoKamailio !== null)(
  `Kamailio without a relay${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    it("opens no WebSocket for MSRP, and one for SIP; npm run focus takes that and the relay", async () => {
      const dir = mkdtempSync(join(tmpdir(), "segue-focus-"));
      const file = join(dir, "password");
      writeFileSync(file, "of the focus\n");
      const [domain, origins] = ["segue.example", []];
      const people = [{ user: focusUser, name: "", password: "of the focus" }];
      const kamailio = await startKamailio({ domain, focusUser, people, origins, change: withoutRelay });
      const relay = await startRelayBeside({ domain, people: [], focusPassword: "of the focus", origins });
      try {
        const statusOf = (protocol: string): Promise<number> =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(kamailio.url, protocol);
            socket.on("open", () => {
              socket.terminate();
              resolve(101);
            });
            socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode ?? 0));
            socket.on("error", reject);
          });
        expect(await statusOf("msrp")).toBeGreaterThanOrEqual(400);
        expect(await statusOf("sip")).toBe(101);

        const at = ["--server", kamailio.url, "--msrp", relay.url];
        const as = ["--uri", `sip:${focusUser}@${domain}`, "--password-file", file];
        const focus = await startProgram("focus-main.ts", [...at, ...as]);
        await expect.poll(focus.said).toContain(`The MSRP relay at ${relay.url} gives paths.`);
        await expect.poll(focus.said).toContain("Ready: ");
        expect(await focus.stop()).toBe(0);
      } finally {
        await Promise.all([kamailio.stop(), relay.stop()]);
        rmSync(dir, { recursive: true });
      }
    });

    it("two talk, become a group of three, and go on after the relay was killed and came back", async () => {
      const network = await startKamailioNetwork({ relayBeside: true });
      const timers = { retryMinMs: 50, retryMaxMs: 200, rejoinMinMs: 50, rejoinMaxMs: 300 };
      let people: readonly HeadlessPerson[] = [];
      try {
        const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"], {
          limitMs: 40_000,
          timers,
        });
        people = [alice, bob, carol];
        const chat = await talkInPrivate(alice, bob);
        alice.actions.addPeople(chat.id, [carol.address], null);
        await joinsAt(carol);
        await talkInGroup(people, "before");
        await network.relay?.restart(async () => {
          await Promise.all(
            people.map((one) => one.until("the loss", (state) => groupIn(state)?.phase.is !== "open")),
          );
        });
        await talkInGroup(people, "after");
        const texts = ["before", "after"].flatMap((when) => people.map(({ user }) => `${user} on ${when}.`));
        for (const one of people) expect(textsOf(await one.group()).below).toEqual(texts);
      } finally {
        await stopPeople(people);
        await network.stop();
      }
    });
  },
);
