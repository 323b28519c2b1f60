/**
 * The world that is walked: parties, the dialogs each believes in, and what is on its way between them.
 *
 * A lane is what one party has sent another and has not arrived: it keeps its order, as a reliable transport does.
 * Nothing is lost, and there is no clock. Everything is plain, never changed in place, and shared between worlds.
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import type { Focus, Mark } from "../flow/extend.focus.ts";

export type Packet =
  | {
      readonly sip: "INVITE";
      readonly leg: LegId;
      readonly group: string;
      readonly mark: Mark | null;
      /** To the factory: who is to be invited. */
      readonly list: readonly { readonly who: string; readonly mark: Mark | null }[] | null;
      /** From a focus: whose group it is. */
      readonly referredBy: string | null;
    }
  | { readonly sip: "200" | "ACK" | "CANCEL" | "200 BYE" | "481 BYE"; readonly leg: LegId }
  | { readonly sip: "BYE"; readonly leg: LegId; readonly why: string }
  | { readonly sip: "refusal"; readonly leg: LegId; readonly status: number }
  | { readonly sip: "REFER"; readonly leg: LegId; readonly people: readonly string[] }
  /** The roster, as far as the host's machine reads it: the other party of the 1-1 is not coming. */
  | { readonly sip: "NOTIFY"; readonly leg: LegId; readonly status: number };

export type Dialog = {
  readonly is:
    | "asked" //     INVITE sent
    | "ringing" //   INVITE got
    | "answered" //  our 200 is out, its ACK is not in
    | "confirmed"
    | "ending"; //   our BYE is out
  readonly peer: string;
};

export type Person = {
  readonly kind: "person";
  /** By row on the screen: `main` is where the 1-1 began, a group that asks for itself has its own. */
  readonly conversations: Readonly<Record<string, Conversation>>;
  readonly dialogs: Readonly<Record<LegId, Dialog>>;
  /** 1-1s that this person closed. */
  readonly closed: readonly LegId[];
};

export type X = {
  readonly kind: "focus";
  readonly state: Focus;
  readonly dialogs: Readonly<Record<LegId, Dialog>>;
};

export type Party = Person | X;

/** What somebody will do once, at whatever moment it is possible. */
export type Wish =
  | { readonly who: string; readonly does: "add"; readonly group: string; readonly people: readonly string[] }
  | { readonly who: string; readonly does: "cancel" | "close" | "leave" }
  /** `always`: each invitation is answered so. */
  | { readonly who: string; readonly does: "join" | "decline"; readonly always?: true }
  /** Its peer is in the group, and it waits no longer for that peer's BYE. */
  | { readonly who: string; readonly does: "overdue" }
  /** The ring time of that person is over at X; `who` is X. */
  | { readonly who: string; readonly does: "expire"; readonly whom: string };

export type World = {
  readonly parties: Readonly<Record<string, Party>>;
  readonly lanes: Readonly<Record<string, readonly Packet[]>>;
  readonly wishes: readonly Wish[];
  /** How often each step of the figure has happened, where that is counted. */
  readonly steps: Readonly<Record<number, number>>;
  readonly broken: readonly string[];
  /** The BYE of the 1-1 reached somebody who was still waiting for the group's 200; where steps are counted. */
  readonly earlyBye: boolean;
};

export const oneToOne: LegId = "A-B";
export const main = "main";
/** The Contribution-ID of a group names its X as well. */
export const focusOf = (group: string): string => `X${group}`;
/** The other of the two who have the 1-1. */
export const otherThan = (who: string): string => (who === "A" ? "B" : "A");

/** A and B have a 1-1; C and D may be invited. `reloaded`: lost all dialogs, without a word to anybody. */
export function firstWorld(wishes: readonly Wish[], reloaded: readonly string[]): World {
  const person = (who: string, hasOneToOne: boolean): Person => {
    const has = hasOneToOne && !reloaded.includes(who);
    return {
      kind: "person",
      conversations: has ? { [main]: { is: "1-1", leg: oneToOne } } : {},
      dialogs: has ? { [oneToOne]: { is: "confirmed", peer: otherThan(who) } } : {},
      closed: [],
    };
  };
  const x: X = { kind: "focus", state: { is: "idle" }, dialogs: {} };
  return {
    parties: {
      A: person("A", true),
      B: person("B", true),
      C: person("C", false),
      D: person("D", false),
      [focusOf("a")]: x,
      [focusOf("b")]: x,
    },
    lanes: {},
    wishes,
    steps: {},
    broken: [],
    earlyBye: false,
  };
}

export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const rest = { ...record };
  delete rest[key];
  return rest;
}

/** In the order of the keys, whatever order they came in, so that equal worlds are written equally. */
export function put<T>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: T,
): Readonly<Record<string, T>> {
  if (key in record) return { ...record, [key]: value };
  const result: Record<string, T> = {};
  for (const name of [...Object.keys(record), key].sort()) result[name] = record[name] ?? value;
  return result;
}

const numbers = new Map<string, number>();
const numbered = new WeakMap<object, number>();

function numberFor(part: object, write: () => string): number {
  const known = numbered.get(part);
  if (known !== undefined) return known;
  const text = write();
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  numbered.set(part, number);
  return number;
}

/** The same for equal parts. A part that is the same object is not looked at again. */
export const numberOf = (part: object): number => numberFor(part, () => JSON.stringify(part));

const numberOfLane = (lane: readonly Packet[]): number =>
  numberFor(lane, () => `lane ${lane.map(numberOf).join()}`);

export function keyOfWorld(world: World): string {
  let key = `${world.earlyBye} ${numberOf(world.wishes)} ${numberOf(world.steps)} ${numberOf(world.broken)}`;
  for (const name in world.parties) key += ` ${numberOf(world.parties[name] as Party)}`;
  for (const lane in world.lanes) key += ` ${lane}${numberOfLane(world.lanes[lane] as readonly Packet[])}`;
  return key;
}
