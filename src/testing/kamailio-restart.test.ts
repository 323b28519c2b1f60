/** The focus beside Kamailio is restarted while nobody's own connection breaks: the group is the same afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, memberIs, textsOf } from "./headless-state.ts";
import { whyNoKamailio } from "./kamailio.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";

vi.setConfig({ testTimeout: 90_000 });

describe.skipIf(whyNoKamailio !== null)(
  `beside Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let dataDir: string;
    beforeEach(() => {
      dataDir = mkdtempSync(join(tmpdir(), "segue-restart-"));
    });
    afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

    it.each(["domain", "flow"] as const)(
      "reached by %s: who was in comes back, what was written meanwhile arrives once, who was asked may join",
      async (contact) => {
        const network = await startKamailioNetwork({ dataDir, contact });
        let people: readonly HeadlessPerson[] = [];
        try {
          const limits = { limitMs: 40_000, timers: { rejoinMinMs: 50, rejoinMaxMs: 300 } };
          const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"], limits);
          people = [alice, bob, carol];
          const chat = await talkInPrivate(alice, bob);
          alice.actions.addPeople(chat.id, [carol.address], "Trip");
          await talkInGroup([alice, bob], "before");
          await network.restartFocus(async () => {
            for (const one of [alice, bob]) await one.until("the loss", (state) => groupIn(state, "away"));
            for (const one of [alice, bob]) one.say(await away(one), `${one.user} meanwhile`);
          });
          await Promise.all([alice.read("bob meanwhile"), bob.read("alice meanwhile")]);
          const row = await carol.until("the invitation, missed", (state) => groupIn(state, "missed"));
          carol.actions.join(row.id);
          await Promise.all(
            ["alice on before.", "bob on before.", "alice meanwhile", "bob meanwhile"].map((text) =>
              carol.read(text),
            ),
          );
          await talkInGroup(people, "after");
          for (const one of people) {
            const group = await one.group();
            expect(group.title).toBe("Trip");
            const texts = textsOf(group).below;
            expect(texts.length).toBe(new Set(texts).size);
            await one.until("everybody in", (state) => {
              const shown = groupIn(state, "open");
              return shown !== null && people.every(({ address }) => memberIs(shown, address) === "in");
            });
          }
        } finally {
          await stopPeople(people);
          await network.stop();
        }
      },
    );
  },
);

const away = (person: HeadlessPerson) => person.until("the group", (state) => groupIn(state, "away"));
