/**
 * The box is killed in a stream of group messages, again and again, and started anew on the same port with what it
 * kept. Three people outlive it, and what was sent, and who has it, is read off their screens alone:
 *
 * while it is dead each message is shown as sent, or plainly as not; once it is back, each that was shown as sent has
 * reached every member exactly once, and so has each other, by itself, in its author's order.
 */
import type { Message } from "../client/model.ts";
import { startBoxProcess, type BoxProcess } from "./box-process.ts";
import { freePort } from "./free-ports.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, talkInPrivate } from "./headless-stage.ts";
import { groupIn, messagesOf } from "./headless-state.ts";

export type Round = {
  readonly round: number;
  /** Messages of this round, as their authors saw them while nothing ran. */
  readonly sent: number;
  readonly notSent: number;
  /** Of those shown as sent: some member did not have it yet. */
  readonly owed: number;
};

export type Rounds = { readonly rounds: readonly Round[]; readonly messages: number };

/** Each has so many on the way before writing on. */
const window = 4;
/** How soon who has lost the box tries again. */
export const soon = {
  sipRetryMinMs: 50,
  sipRetryMaxMs: 300,
  retryMinMs: 50,
  retryMaxMs: 300,
  rejoinMinMs: 50,
  rejoinMaxMs: 300,
};

const isSent = ({ is }: Message): boolean => is === "sent";
const isPlainlyNot = ({ is }: Message): boolean => is === "waiting" || is === "sending" || is === "failed";
/** Without what stands above the seam. */
const inGroup = (person: HeadlessPerson): readonly Message[] => {
  const group = groupIn(person.state());
  return group === null ? [] : messagesOf(group).filter(({ text }) => text.includes(" in round "));
};
const own = (person: HeadlessPerson): readonly Message[] => inGroup(person).filter(({ mine }) => mine);
const readBy = (person: HeadlessPerson): readonly string[] =>
  inGroup(person).flatMap(({ mine, text }) => (mine ? [] : [text]));

/** Rejects at the first message that was lost, said twice, or not shown as what it is. `told` after each round. */
export async function killRounds(
  count: number,
  dataDir: string,
  told: (round: Round) => void = () => {},
): Promise<Rounds> {
  let box: BoxProcess = await startBoxProcess(await freePort(), dataDir);
  const people = await startPeople(box, ["alice", "bob", "carol"], { limitMs: 120_000, timers: soon });
  try {
    const [alice, bob, carol] = people;
    const chat = await talkInPrivate(alice, bob);
    alice.actions.addPeople(chat.id, [carol.address], "Stream");
    await joinsAt(carol);
    await Promise.all(people.map((one) => one.group()));
    const rounds: Round[] = [];
    for (let round = 1; round <= count; round += 1) {
      // Every second time somebody has no network meanwhile: X owes it all to her when it dies.
      const isAway = round % 2 === 0;
      if (isAway) carol.tap.cut();
      const stream = startStream(people, `round ${round}`);
      // At another place each time: in the first messages, or well into it.
      await stream.until(alice, ((round * 7) % 17) + 1);
      await box.kill();
      await Promise.all(people.map((one) => one.until("the loss", (state) => groupIn(state, "away"))));
      const seen = look(round, people);
      box = await startBoxProcess(box.port, dataDir);
      if (isAway) carol.tap.mend();
      await stream.end();
      await Promise.all(people.map(allIsSent));
      await Promise.all(people.map((one) => allIsRead(one, people)));
      checkOrder(people);
      rounds.push(seen);
      told(seen);
    }
    return { rounds, messages: people.flatMap(own).length };
  } finally {
    await stopPeople(people);
    await box.kill();
  }
}

type Stream = {
  /** So many of that person's are shown as sent. */
  until(person: HeadlessPerson, sent: number): Promise<unknown>;
  end(): Promise<void>;
};

/** Everybody writes, and goes on writing as what was written is sent. */
function startStream(people: readonly HeadlessPerson[], name: string): Stream {
  let isOver = false;
  const mine = (person: HeadlessPerson): readonly Message[] =>
    own(person).filter(({ text }) => text.endsWith(`in ${name}`));
  const writing = people.map(async (person) => {
    for (let count = 1; !isOver; count += 1) {
      person.say(
        await person.until("the group", (state) => groupIn(state)),
        `${person.user} ${count} in ${name}`,
      );
      await person.until(
        "room for more",
        () => isOver || mine(person).filter((one) => !isSent(one)).length < window,
      );
    }
  });
  return {
    until: (person, sent) =>
      person.until(`${sent} sent in ${name}`, () => mine(person).filter(isSent).length >= sent),
    end: async () => {
      isOver = true;
      await Promise.all(writing);
    },
  };
}

/** Nothing runs: every message is shown as sent or as not sent. */
function look(round: number, people: readonly HeadlessPerson[]): Round {
  const messages = people.flatMap(own).filter(({ text }) => text.endsWith(`in round ${round}`));
  const odd = messages.find((one) => !isSent(one) && !isPlainlyNot(one));
  if (odd !== undefined) throw new Error(`"${odd.text}" is shown as ${odd.is} while nothing runs`);
  const sent = messages.filter(isSent);
  const has = (person: HeadlessPerson, text: string): boolean =>
    inGroup(person).some((one) => one.text === text);
  const owed = sent.filter(({ text }) => !people.every((person) => has(person, text)));
  return { round, sent: sent.length, notSent: messages.length - sent.length, owed: owed.length };
}

/** What failed is sent by hand. */
const allIsSent = (person: HeadlessPerson): Promise<boolean> =>
  person.until("that all is sent", (state) => {
    const group = groupIn(state, "open");
    const failed = own(person).find(({ is }) => is === "failed");
    if (group !== null && failed !== undefined) person.actions.retry(group.id, failed.id);
    return group !== null && own(person).every(isSent);
  });

/** Once everybody's is sent: what the others said is here, once. */
async function allIsRead(person: HeadlessPerson, people: readonly HeadlessPerson[]): Promise<void> {
  const others = people.filter((one) => one !== person);
  await person.until("what the others said", () => {
    const read = new Set(readBy(person));
    return others.every((other) => own(other).every(({ text }) => read.has(text)));
  });
  const read = readBy(person);
  const twice = read.find((text, index) => read.indexOf(text) !== index);
  if (twice !== undefined) throw new Error(`${person.user} has "${twice}" twice`);
}

/** What one person wrote stands in that order on every screen. */
function checkOrder(people: readonly HeadlessPerson[]): void {
  for (const author of people)
    for (const reader of people) {
      if (reader === author) continue;
      const written = own(author).map(({ text }) => text);
      const read = readBy(reader).filter((text) => text.startsWith(`${author.user} `));
      if (read.join("\n") !== written.join("\n"))
        throw new Error(
          `${author.user} wrote\n${written.join("\n")}\n${reader.user} read\n${read.join("\n")}`,
        );
    }
}
