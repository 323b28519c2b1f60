/**
 * One row of the table of faults, told from the start: Alice and Bob talk, Alice adds Carol, something breaks at that
 * moment, and is mended. Then all three do what people do, until they talk in one group.
 */
import type { Chat } from "../client/model.ts";
import { withTimers } from "../server/timers.ts";
import { watchAgents } from "./faults-agents.ts";
import { disagreements, leftOvers } from "./faults-ends.ts";
import { watchFor, type Watch } from "./faults-moments.ts";
import type { Break, Role, Row } from "./faults-rows.ts";
import { createTexts } from "./faults-texts.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { openBoxGround, openKamailioGround, type Ground, type GroundOptions } from "./faults-ground.ts";
import { talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { describeState, groupIn, oneToOne } from "./headless-state.ts";
import { createBell, until } from "./headless-until.ts";

export type Told = {
  readonly row: Row;
  readonly problems: readonly string[];
  readonly texts: number;
  readonly ms: number;
};

const cast = { A: "alice", B: "bob", C: "carol" } as const;

/** What takes minutes in life. Silence is found soon, but not so soon that a busy machine is taken for it. */
const clientTimers = {
  drainMs: 200,
  overdueMs: 5_000,
  againMs: 50,
  sipRetryMinMs: 30,
  sipRetryMaxMs: 200,
  retryMinMs: 30,
  retryMaxMs: 200,
  rejoinMinMs: 50,
  rejoinMaxMs: 400,
  sipKeepAliveMs: 400,
  sipPongMs: 4_000,
  answerMs: 6_000,
  authMs: 4_000,
};
const serverTimers = withTimers({
  proxy: { answerMs: 8_000, absorbMs: 500 },
  relay: { answerMs: 6_000 },
  focus: {
    answerMs: 8_000,
    absorbMs: 500,
    notifyMs: 50,
    notifyAgainMs: 300,
    probeMs: 2_000,
    reconnectMinMs: 20,
    reconnectMaxMs: 100,
  },
  socket: { pingMs: 3_000, goodbyeMs: 200 },
});

/** In life it would be a person who waits no longer. */
const limitMs = 60_000;
/** A person asks so often. */
const mostTries = 3;
/** And so often does one sign in, before anything breaks: many rows are told at once. */
const signInTries = 10;
/** How often is looked at what tells nobody when it changes. */
const lookMs = 50;

/** Never rejects: what goes wrong is a problem of the row. */
export async function tellRow(row: Row): Promise<Told> {
  const began = performance.now();
  const agents = watchAgents();
  let watch: Watch | null = null;
  const options: GroundOptions = {
    limitMs,
    timers: clientTimers,
    keep: true,
    signInTries,
    links: agents.links,
    atLine: (user, way, text) => watch?.atLine(user, way, text),
    server: serverTimers,
    onRow: () => watch?.row(ground.trace()),
  };
  const ground = await (row.break.is === "kill" ? openKamailioGround : openBoxGround)(options);
  let texts = 0;
  const problems: string[] = [];
  try {
    const [A, B, C] = await ground.enter([cast.A, cast.B, cast.C]);
    const people = { A, B, C };
    const all = [A, B, C] as const;
    const said = createTexts(all);
    const chat = await talkInPrivate(A, B);
    const stop = all.map(pressesJoin);
    let mended: Promise<void> = Promise.resolve();
    const struck = createBell();
    const strike = (): void => {
      mended = mend(ground, row.break, people, (person) => said.reloaded(person));
      // Heard where it is awaited, if the row gets there; it is one row that fails, and not the table.
      mended.catch(() => {});
      for (const one of [A, B]) sayHere(one, one === A ? B : A, (by, where) => said.say(by, where));
      struck.ring();
    };
    const { moment } = row;
    if (moment.is !== "running") watch = watchFor(moment, cast, strike);
    A.actions.addPeople(chat.id, [C.address], "Trip");
    if (moment.is === "running") {
      await Promise.all(all.map((one) => one.group()));
      await talkInGroup(all, "the trip");
      strike();
    } else {
      sayHere(B, A, (by, where) => said.say(by, where));
      await until(struck, {
        find: () => watch?.hasFired === true,
        limitMs,
        what: "the moment",
        instead: () => "it never came",
      });
    }
    await mended;
    await comesTogether(all);
    for (const one of all) said.say(one, await one.group());
    const wrong = (): readonly string[] => [
      ...disagreements(all),
      ...leftOvers(ground, agents.held()),
      ...said.problems((author) => (author === A ? B : author === B ? A : null)),
    ];
    await quiet(() => wrong().length === 0);
    problems.push(...wrong());
    texts = said.count;
    for (const end of stop) end();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  await ground.close();
  return { row, problems, texts, ms: performance.now() - began };
}

/** Breaks it now; resolves once it is whole again. */
async function mend(
  ground: Ground,
  { is, who }: Break,
  people: Readonly<Record<Role, HeadlessPerson>>,
  reloaded: (person: HeadlessPerson) => void,
): Promise<void> {
  const isSaid = (person: HeadlessPerson): Promise<unknown> =>
    person.until("the banner", ({ connection }) => connection.is === "waiting");
  const isBack = (person: HeadlessPerson): Promise<unknown> =>
    person.until("the connection", ({ connection: now }) => now.is === "connected" || now.is === "back");
  if (who === "X") return ground.restartFocus();
  if (who === "P") {
    const all = Object.values(people);
    await ground.restartServer(async () => void (await Promise.all(all.map(isSaid))));
    await Promise.all(all.map(isBack));
    return;
  }
  const person = people[who];
  if (is === "reload") {
    reloaded(person);
    return person.reload();
  }
  if (is === "cut") person.tap.cut();
  else person.hush();
  await isSaid(person);
  if (is === "cut") person.tap.mend();
  await isBack(person);
}

/** Where this person would write now: in the group where there is one, or to the other. */
function sayHere(
  one: HeadlessPerson,
  other: HeadlessPerson,
  say: (by: HeadlessPerson, chat: Chat) => string,
): void {
  const group = groupIn(one.state(), "open") ?? groupIn(one.state(), "away");
  say(one, group ?? oneToOne(one.state(), other.address) ?? one.chatWith(other));
}

/** Whoever is asked says yes; whoever has missed it comes by oneself. */
function pressesJoin(person: HeadlessPerson): () => void {
  const pressed = new Set<string>();
  return person.watch(({ chats }) => {
    for (const { id, phase, kind } of Object.values(chats)) {
      if (kind !== "group" || (phase.is !== "invited" && phase.is !== "missed")) continue;
      const key = `${id} ${phase.is} ${phase.is === "invited" ? phase.ringFrom : phase.how}`;
      if (pressed.has(key)) continue;
      pressed.add(key);
      // Not in the middle of what the screen is being told.
      setImmediate(() => person.actions.join(id));
    }
  });
}

/** Whoever of these is in the group asks who is not; without a group Alice begins one. */
async function comesTogether(all: readonly [HeadlessPerson, HeadlessPerson, HeadlessPerson]): Promise<void> {
  const [A, B, C] = all;
  const isTogether = (): boolean => disagreements(all).length === 0;
  const asked = new Set<string>();
  /** How often Alice has read that nobody could come. */
  let failures = 0;
  let wasFailed = false;
  const ask = (): void => {
    const hasFailed = (oneToOne(A.state(), B.address)?.failure ?? null) !== null;
    if (hasFailed && !wasFailed) failures += 1;
    wasFailed = hasFailed;
    const group = groupIn(A.state(), "open");
    if (group === null) {
      const chat = oneToOne(A.state(), B.address);
      const isFree = chat === null || (chat.phase.is !== "asking" && chat.phase.is !== "opening");
      const isComing = ["joining", "away", "invited"].some((is) => groupIn(A.state(), is as "away") !== null);
      const tries = [...asked].filter((one) => one.startsWith("anew ")).length;
      if (isFree && !isComing && tries < mostTries && !asked.has(`anew ${failures}`)) {
        asked.add(`anew ${failures}`);
        A.actions.addPeople(A.chatWith(B).id, [C.address], "Trip");
      }
      return;
    }
    for (const one of [B, C]) {
      const is = group.members.find(({ address }) => address === one.address)?.is;
      const isOut = is === undefined || is === "unreachable" || is === "declined" || is === "left";
      if (!isOut || group.members.length === 0 || asked.has(`${group.id} ${one.user}`)) continue;
      asked.add(`${group.id} ${one.user}`);
      A.actions.askAgain(group.id, one.address);
    }
  };
  await quiet(() => {
    if (isTogether()) return true;
    ask();
    return false;
  });
  if (!isTogether()) throw new Error(`${disagreements(all).join("; ")}\n${screens(all)}`);
}

const screens = (all: readonly HeadlessPerson[]): string =>
  all.map((one) => `  ${one.user}: ${describeState(one.state())}`).join("\n");

/** Looks until it is so, or the limit is over. */
function quiet(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const endsAt = performance.now() + limitMs;
    const look = (): void => {
      if (!isSo() && performance.now() < endsAt) return;
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(look, lookMs);
  });
}
