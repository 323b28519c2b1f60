/**
 * What a group costs, over sockets on loopback: from Add people to a group that stands, one text to all, many texts to
 * one who joins late. Held against a plain 1-1, a bare WebSocket server, and a tenth.
 */
import { performance } from "node:perf_hooks";
import { freshId } from "../server/system.ts";
import { Took, type Act, type Bench, type Sides } from "./bench-measure.ts";
import { benchServer, boxWay, kamailioWay, openBare, type Way } from "./bench-network.ts";
import { crowdOn, latecomerOn, userOf, type Crowd } from "./bench-people.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { invitationAt, talkInPrivate } from "./headless-stage.ts";
import { groupIn, oneToOne } from "./headless-state.ts";

const ns = (began: number): Took => new Took((performance.now() - began) * 1e6);

/** Three real clients. `talk`: their first text opens a 1-1. `extend`: it goes on as a group of three. */
async function threeOn(way: Way): Promise<{
  readonly talk: Act;
  readonly extend: Act;
  readonly close: () => Promise<void>;
}> {
  const people = await startPeople(way, [userOf(200), userOf(201), userOf(202)]);
  const [alice, bob, carol] = people as readonly [HeadlessPerson, HeadlessPerson, HeadlessPerson];
  await talkInPrivate(alice, bob);
  const isIdle = (one: HeadlessPerson, other: HeadlessPerson): Promise<unknown> =>
    one.until("an idle chat", (state) => oneToOne(state, other.address)?.phase.is === "idle");
  alice.actions.closeChat(alice.chatWith(bob).id);
  return {
    talk: async () => {
      const [text, chat] = [freshId(), alice.chatWith(bob)];
      bob.chatWith(alice);
      await Promise.all([isIdle(alice, bob), isIdle(bob, alice)]);
      const began = performance.now();
      alice.say(chat, text);
      await Promise.all([alice.sent(text), bob.read(text)]);
      return ns(began);
    },
    extend: async () => {
      const began = performance.now();
      alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
      carol.actions.join((await invitationAt(carol)).id);
      await Promise.all(people.map((one) => one.group()));
      const took = ns(began);
      for (const one of people) one.actions.leave((await one.group()).id);
      await Promise.all(
        people.map((one) => one.until("no group", (state) => groupIn(state, "open") === null)),
      );
      return took;
    },
    close: () => stopPeople(people),
  };
}

async function standing(way: Way, size: number, from: number): Promise<Crowd> {
  const crowd = await crowdOn(way, size, from);
  await crowd.stand();
  return crowd;
}

const sizes = (isQuick: boolean): readonly [number, number] => (isQuick ? [2, 3] : [10, 100]);

async function bareRoom(port: number, size: number): Promise<{ act: Act; close: () => Promise<unknown> }> {
  const room = await Promise.all(Array.from({ length: size }, () => openBare(port, `/room-${size}`)));
  const [one, ...others] = room;
  const text = "x".repeat(600);
  return {
    act: () =>
      new Promise<void>((done) => {
        let left = others.length;
        for (const other of others)
          other.onMessage = () => {
            left -= 1;
            if (left === 0) done();
          };
        one?.send(text);
      }),
    close: () => Promise.all(room.map((socket) => socket.close())),
  };
}

async function fanOut(way: Way, isQuick: boolean): Promise<Sides> {
  const [few, many] = sizes(isQuick);
  const small = await standing(way, few, 0);
  const large = await standing(way, many, few);
  return {
    ours: () => large.say(freshId()),
    baseline: () => small.say(freshId()),
    close: async () => {
      await Promise.all([small.close(), large.close()]);
    },
  };
}

async function againstBare(isQuick: boolean, at: 0 | 1): Promise<Sides> {
  const { box, barePort } = await benchServer();
  const size = sizes(isQuick)[at];
  const [crowd, bare] = [await standing(box, size, 0), await bareRoom(barePort, size)];
  return {
    ours: () => crowd.say(freshId()),
    baseline: bare.act,
    close: async () => {
      await Promise.all([crowd.close(), bare.close()]);
    },
  };
}

async function standUp(isQuick: boolean): Promise<Sides> {
  const { box } = await benchServer();
  const [few, many] = sizes(isQuick);
  const [small, large] = [await crowdOn(box, few, 0), await crowdOn(box, many, few)];
  const once =
    (crowd: Crowd): Act =>
    async () => {
      const began = performance.now();
      await crowd.stand();
      const took = ns(began);
      await crowd.leave();
      return took;
    };
  return {
    ours: once(large),
    baseline: once(small),
    close: async () => {
      await Promise.all([small.close(), large.close()]);
    },
  };
}

export const benches: readonly Bench[] = [
  {
    part: "sockets",
    what: "from Add people to a group of three, at all three",
    baseline: "a 1-1 opened by its first text",
    open: async () => {
      const { talk, extend, close } = await threeOn(await boxWay());
      return { ours: extend, baseline: talk, close };
    },
  },
  {
    part: "sockets",
    what: "a group of 100 stands, all of them in",
    baseline: "a group of 10",
    growth: 10,
    turns: 3,
    open: standUp,
  },
  {
    part: "sockets",
    what: "a text reaches the last of a group of 10",
    baseline: "10 at a bare server",
    open: (isQuick) => againstBare(isQuick, 0),
  },
  {
    part: "sockets",
    what: "a text reaches the last of a group of 100",
    baseline: "100 at a bare server",
    open: (isQuick) => againstBare(isQuick, 1),
  },
  {
    part: "sockets",
    what: "a text reaches the last of a group of 100",
    baseline: "of a group of 10",
    growth: 10,
    open: async (isQuick) => fanOut(await boxWay(), isQuick),
  },
  {
    part: "sockets",
    what: "somebody joins and reads 1,000 texts said before",
    baseline: "100 texts",
    growth: 10,
    turns: 3,
    open: async (isQuick) => {
      const late = await latecomerOn(await boxWay());
      const joins =
        (texts: number): Act =>
        async () => {
          await late.prepare(isQuick ? 2 : texts);
          const began = performance.now();
          await late.join();
          const took = ns(began);
          await late.leave();
          return took;
        };
      return { ours: joins(1_000), baseline: joins(100), close: late.close };
    },
  },
];

export const kamailioBenches: readonly Bench[] = [
  {
    part: "sockets",
    what: "from Add people to a group of three, at all three",
    baseline: "the same through Kamailio",
    open: async () => {
      const [box, kamailio] = [await threeOn(await boxWay()), await threeOn(await kamailioWay())];
      const whole =
        (on: typeof box): Act =>
        async () => {
          await on.talk();
          return on.extend();
        };
      return {
        ours: whole(box),
        baseline: whole(kamailio),
        close: async () => {
          await Promise.all([box.close(), kamailio.close()]);
        },
      };
    },
  },
  {
    part: "sockets",
    what: "a text reaches the last of a group of 10",
    baseline: "the same through Kamailio",
    open: async (isQuick) => {
      const [few] = sizes(isQuick);
      const [box, kamailio] = [
        await standing(await boxWay(), few, 0),
        await standing(await kamailioWay(), few, 0),
      ];
      return {
        ours: () => box.say(freshId()),
        baseline: () => kamailio.say(freshId()),
        close: async () => {
          await Promise.all([box.close(), kamailio.close()]);
        },
      };
    },
  },
];
