/**
 * What the doors that are assaulted have in common: a box with bounds that an assault may reach but not its number of
 * messages, witnesses whose own chats must go on all the while, and what is told of it in the end.
 */
import { withLimits } from "../server/limits.ts";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { withTimers } from "../server/timers.ts";
import { freshId } from "../server/system.ts";
import { chanceOf, type Chance } from "./fuzz-mutants.ts";
import { createTally, kindOf, megabytes, watchThrown, type Kind, type Tally } from "./fuzz-report.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, talkInGroup } from "./headless-stage.ts";
import { openRawMember, type RawMember } from "./raw-member.ts";

export type Assault = {
  readonly box: Box;
  readonly chance: Chance;
  readonly tally: Tally;
  /** How many inputs are still to come. */
  left(): number;
  /** What the next input shall be; counts it. */
  next(): Kind;
  /** Somebody raw: `raw0` and so on; ended with the assault. */
  member(user: string): Promise<RawMember>;
  /** Real clients, `victim`, `peer` and `third`; whoever starts them stops them. */
  readonly victims: readonly ["victim", "peer", "third"];
};

export type Door = {
  readonly name: string;
  /** Sends inputs until none are left; `checked` after each so many of them. */
  readonly assault: (at: Assault, checked: () => Promise<void>) => Promise<void>;
};

export type Outcome = {
  readonly door: string;
  readonly tally: Tally;
  readonly memory: readonly [before: number, after: number];
  /** Why the server refused or dropped something, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** What must be empty. */
  readonly problems: readonly string[];
};

const witnesses = ["alice", "bob", "carol"] as const;
const victims = ["victim", "peer", "third"] as const;
const raws = Array.from({ length: 60 }, (_, n) => `raw${n}`);
const much = { messagesPerSecond: 1e6, messages: 1e6, bytesPerSecond: 1e9, bytes: 1e9 };

export async function assaulted(door: Door, inputs: number, seed: number): Promise<Outcome> {
  const box = await startBox({
    users: [...witnesses, ...victims, ...raws].map((user) => ({
      user,
      name: user,
      password: user,
    })),
    limits: withLimits({
      sipRate: much,
      msrpRate: much,
      sip: { dialogs: 1e6, dialogsPerSecond: 1e6, transactionsPerUser: 1e6 },
      login: { freePerAddress: 1e6, freePerUser: 1e6 },
      focus: { joinsPerMinute: 1e6, invitationsPerMinute: 1e6 },
    }),
    // Calls that nobody answers shall be over soon; who is slow, since the machine is, is not nobody.
    timers: withTimers({
      proxy: { ringMs: 10_000, absorbMs: 200, answerMs: 10_000 },
      focus: { ringMs: 10_000, absorbMs: 200, answerMs: 10_000 },
    }),
  });
  const watch = watchThrown();
  const tally = createTally();
  const chance = chanceOf(seed);
  const raw = new Set<RawMember>();
  const problems: string[] = [];
  const [alice, bob, carol] = await startPeople(box, witnesses);
  try {
    await exchange(alice, bob);
    const before = megabytes();
    await door.assault(
      {
        box,
        chance,
        tally,
        left: () => inputs - tally.inputs,
        next: () => {
          const kind = kindOf(chance);
          tally.input(kind);
          return kind;
        },
        victims,
        member: async (user) => {
          const member = await openRawMember(box.port, user);
          const one = {
            ...member,
            close: () => {
              raw.delete(one);
              member.close();
            },
          };
          raw.add(one);
          return one;
        },
      },
      () => exchange(alice, bob),
    );
    for (const one of raw) one.close();
    problems.push(...(await storyGoesOn(alice, bob, carol)), ...watch.thrown);
    const after = megabytes();
    return { door: door.name, tally, memory: [before, after], refused: box.refused(), problems };
  } finally {
    await stopPeople([alice, bob, carol]);
    await box.stop();
    watch.stop();
  }
}

/** Their private chat, begun before the assault. */
async function exchange(one: HeadlessPerson, other: HeadlessPerson): Promise<void> {
  const text = `All well? ${freshId()}`;
  one.say(one.chatWith(other), text);
  await Promise.all([other.read(text), one.sent(text)]);
}

/** From that very chat to a group of three in which all read one another. */
async function storyGoesOn(
  alice: HeadlessPerson,
  bob: HeadlessPerson,
  carol: HeadlessPerson,
): Promise<readonly string[]> {
  try {
    alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
    await alice.group();
    await joinsAt(carol);
    await talkInGroup([alice, bob, carol], "the assault");
    return [];
  } catch (error) {
    return [`a story afterwards: ${error instanceof Error ? error.message : String(error)}`];
  }
}
