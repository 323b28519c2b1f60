/**
 * The real client and the real focus on a Kamailio: sign in, chat in private, become a group. Nothing of the box runs.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { invitationAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, memberIs, oneToOne, textsOf } from "./headless-state.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";

describe.skipIf(whyNoKamailio !== null)(
  `on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    let people: readonly HeadlessPerson[] = [];

    beforeAll(async () => {
      network = await startKamailioNetwork();
    });
    afterEach(async () => {
      await stopPeople(people);
      people = [];
    });
    afterAll(() => network?.stop());

    async function enter<const Users extends readonly string[]>(
      users: Users,
    ): Promise<{ readonly [Each in keyof Users]: HeadlessPerson }> {
      const entered = await startPeople(network, users, {
        timers: { drainMs: 300, retryMinMs: 50, sipRetryMinMs: 50, rejoinMinMs: 50 },
      });
      people = [...people, ...entered];
      return entered;
    }

    it("a wrong password is refused, and said to be one", async () => {
      const [alice] = await enter(["alice"]);
      await alice.signOut();
      const address = alice.address;
      alice.actions.signIn({
        address,
        name: "Alice",
        password: "guess",
        server: network.kamailio.url,
        factory: null,
        relay: network.kamailio.url,
        keep: false,
      });
      const problem = await alice.until("why not", ({ session }) =>
        session.is === "signed-out" ? session.problem : null,
      );
      expect(problem).toMatch(/password/i);
    });

    it("two people chat, both ways, through the MSRP relay", async () => {
      const [alice, bob] = await enter(["alice", "bob"]);
      await talkInPrivate(alice, bob);
      bob.say(bob.chatWith(alice), "Ünïcödé 👋 — and a line\nmore");
      expect((await alice.read("Ünïcödé 👋 — and a line\nmore")).from.address).toBe(bob.address);
    });

    it("Bob moves over by himself, Carol joins, and all three talk", async () => {
      const [alice, bob, carol] = await enter(["alice", "bob", "carol"]);
      const chat = await talkInPrivate(alice, bob);
      alice.actions.addPeople(chat.id, [carol.address], "Trip");
      const invitation = await invitationAt(carol);
      await Promise.all([alice.group(), bob.group()]);
      const said = await alice.group();
      alice.say(said, "before Carol");
      await bob.read("before Carol");
      carol.actions.join(invitation.id);
      await carol.group();
      await carol.read("before Carol");
      await talkInGroup([alice, bob, carol], "the trip");
      for (const one of [alice, bob, carol]) {
        expect((await one.group()).title).toBe("Trip");
        await one.until("all three in it", (state) => {
          const group = groupIn(state, "open");
          return group?.members.filter(({ is }) => is === "in").length === 3;
        });
      }
      expect(textsOf(await bob.group()).above).toContain("bob, are you there?");
      expect(oneToOne(bob.state(), alice.address)?.phase.is ?? "idle").toBe("idle");
      for (const what of ["INVITE of alice to sip:conference-factory@", "BYE of bob to sip:alice@"])
        await expect.poll(network.kamailio.log).toContain(what);
      expect(network.trace.notes.map(({ what }) => what)).toContain(
        `group established: ${[alice, bob, carol].map(({ address }) => address).join(" ")}`,
      );
    });

    it("Kamailio restarts: everybody comes back by themselves, and the group goes on", async () => {
      const [alice, bob, carol] = await enter(["alice", "bob", "carol"]);
      const chat = await talkInPrivate(alice, bob);
      alice.actions.addPeople(chat.id, [carol.address], null);
      carol.actions.join((await invitationAt(carol)).id);
      await talkInGroup([alice, bob, carol], "the calm");
      const isLost = (one: HeadlessPerson): Promise<unknown> =>
        one.until("the loss", (state) => state.connection.is === "waiting" && groupIn(state, "away"));
      const isBack = (one: HeadlessPerson): Promise<unknown> =>
        one.until("being back", ({ connection: { is } }) => is === "back" || is === "connected");
      const all = [alice, bob, carol];
      await network.restart(async () => void (await Promise.all(all.map(isLost))));
      await Promise.all(all.map(isBack));
      await talkInGroup([alice, bob, carol], "the storm");
      expect((await carol.group()).address).toBe((await alice.group()).address);
    });

    it("a declined invitation is joined later, and who leaves is seen to leave", async () => {
      const [alice, bob, dave] = await enter(["alice", "bob", "dave"]);
      const chat = await talkInPrivate(alice, bob);
      alice.actions.addPeople(chat.id, [dave.address], null);
      dave.actions.decline((await invitationAt(dave)).id);
      const sees = (one: HeadlessPerson, is: string): Promise<boolean> =>
        one.until(`dave ${is}`, (state) => {
          const group = groupIn(state, "open");
          return group !== null && memberIs(group, dave.address) === is;
        });
      await sees(alice, "declined");
      const missed = await dave.until("the row", (state) => groupIn(state, "missed"));
      dave.actions.join(missed.id);
      await Promise.all([sees(alice, "in"), sees(bob, "in")]);
      await talkInGroup([alice, bob, dave], "his yes");
      dave.actions.leave((await dave.group()).id);
      expect(await Promise.all([sees(alice, "left"), sees(bob, "left")])).toEqual([true, true]);
    });
  },
);
