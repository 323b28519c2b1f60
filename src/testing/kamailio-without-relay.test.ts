/** Kamailio whose relay is off, `npm run relay` beside it and the focus: the same chats, and a relay that is killed. */
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn } from "./headless-state.ts";
import { whyNoKamailio } from "./kamailio.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";

describe.skipIf(whyNoKamailio !== null)(
  `Kamailio without a relay${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    async function withNetwork(run: (network: KamailioNetwork) => Promise<void>): Promise<void> {
      const network = await startKamailioNetwork({ relayBeside: true });
      try {
        await run(network);
      } finally {
        await network.stop();
      }
    }

    it("opens no WebSocket for MSRP, and one for SIP", () =>
      withNetwork(async ({ kamailio }) => {
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
      }));

    it("two talk, become a group of three, and go on after the relay was killed and came back", () =>
      withNetwork(async (network) => {
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
        } finally {
          await stopPeople(people);
        }
      }));
  },
);
