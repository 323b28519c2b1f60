/** On a server that says nothing of connections that close, the focus finds out by looking. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withTimers } from "../server/timers.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, memberIs } from "./headless-state.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";

describe.skipIf(whyNoKamailio !== null)(
  `on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    let people: readonly HeadlessPerson[] = [];
    beforeAll(async () => {
      network = await startKamailioNetwork({ timers: withTimers({ focus: { probeMs: 400 } }) });
    });
    afterEach(() => stopPeople(people));
    afterAll(() => network?.stop());

    it("whose line breaks is away though nobody writes, and in when it is mended", async () => {
      const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"]);
      people = [alice, bob, carol];
      const sees = (is: string): Promise<boolean> =>
        alice.until(`carol ${is}`, (state) => {
          const group = groupIn(state, "open");
          return group !== null && memberIs(group, carol.address) === is;
        });
      const chat = await talkInPrivate(alice, bob);
      alice.actions.addPeople(chat.id, [carol.address], null);
      await joinsAt(carol);
      await talkInGroup([alice, bob, carol], "the weather");
      carol.tap.cut();
      expect(await sees("away")).toBe(true);
      carol.tap.mend();
      carol.actions.tryNow();
      expect(await sees("in")).toBe(true);
      await talkInGroup([alice, bob, carol], "the line");
    });
  },
);
