/**
 * A thread as it is laid out: the part above the seam and the part below, each cut into days, runs and lines.
 *
 * A run is one author within three minutes and nothing in between. One time and state stands under its last
 * bubble; a message whose state differs from the next one's keeps a line of its own. People who joined one after
 * the other share a line. Over the first new message stands that it is, unless everything is new.
 */
import type { Line, Message, MessageId, Person, Seam, ThreadItem } from "../client/model.ts";
import { daysBetween } from "./words-time.ts";

const runMs = 3 * 60_000;

export type RunMessage = { readonly message: Message; readonly foot: boolean };

export type Block =
  | {
      readonly is: "run";
      readonly key: string;
      readonly from: Person;
      readonly mine: boolean;
      readonly messages: readonly RunMessage[];
    }
  | { readonly is: "new"; readonly key: string }
  | { readonly is: "undelivered"; readonly key: string; readonly message: Message }
  | { readonly is: "line"; readonly key: string; readonly line: Line; readonly time: boolean };

export type Day = {
  readonly key: string;
  readonly at: number;
  readonly label: boolean;
  readonly blocks: readonly Block[];
};

export type Layout = {
  /** Null where the thread has no seam, or nothing above it. */
  readonly above: readonly Day[] | null;
  readonly seam: Seam | null;
  readonly below: readonly Day[];
};

export function layOut(items: readonly ThreadItem[], now: number, firstNew: MessageId | null = null): Layout {
  const mark = items[0]?.id === firstNew ? null : firstNew;
  const at = items.findIndex((item) => item.kind === "seam");
  const seam = items[at];
  if (seam?.kind !== "seam") return { above: null, seam: null, below: days(items, null, now, mark) };
  const before = items.slice(0, at);
  const below = days(items.slice(at + 1), before.at(-1)?.at ?? null, now, mark);
  if (before.length === 0 && seam.above.length === 0) return { above: null, seam, below };
  return { above: days(before, null, now, mark), seam, below };
}

function days(
  items: readonly ThreadItem[],
  previousAt: number | null,
  now: number,
  mark: MessageId | null,
): readonly Day[] {
  const found: { at: number; items: ThreadItem[] }[] = [];
  for (const item of items) {
    const last = found.at(-1);
    if (last !== undefined && daysBetween(last.at, item.at) === 0) last.items.push(item);
    else found.push({ at: item.at, items: [item] });
  }
  return found.map((day, index) => {
    const label =
      index > 0 ||
      (previousAt === null ? daysBetween(day.at, now) !== 0 : daysBetween(previousAt, day.at) !== 0);
    return { key: day.items[0]?.id ?? String(day.at), at: day.at, label, blocks: blocks(day.items, mark) };
  });
}

function blocks(items: readonly ThreadItem[], mark: MessageId | null): readonly Block[] {
  const found: Block[] = [];
  let run: Message[] = [];

  const endRun = (): void => {
    const first = run[0];
    if (first !== undefined) {
      const messages = run.map((message, index) => {
        const next = run[index + 1];
        return { message, foot: next === undefined || (message.mine && next.is !== message.is) };
      });
      found.push({ is: "run", key: first.id, from: first.from, mine: first.mine, messages });
    }
    run = [];
  };

  for (const item of items) {
    if (item.kind === "seam") continue;
    if (item.id === mark) {
      endRun();
      found.push({ is: "new", key: "new" });
    }
    if (item.kind === "line") {
      endRun();
      const last = found.at(-1);
      const merged = last?.is === "line" ? together(last.line, item) : null;
      if (last?.is === "line" && merged !== null) found[found.length - 1] = { ...last, line: merged };
      else
        found.push({
          is: "line",
          key: item.id,
          line: item,
          time: last?.is !== "line" || item.at - last.line.at > runMs,
        });
      continue;
    }
    if (item.is === "undelivered") {
      endRun();
      found.push({ is: "undelivered", key: item.id, message: item });
      continue;
    }
    const last = run.at(-1);
    const continues =
      last !== undefined &&
      last.mine === item.mine &&
      last.from.address === item.from.address &&
      item.at - last.at <= runMs;
    if (!continues) endRun();
    run.push(item);
  }
  endRun();
  return found;
}

/** "Bob joined" and "Carol joined" are "Bob and Carol joined". */
function together(a: Line, b: Line): Line | null {
  if (a.what !== "joined" || b.what !== "joined" || b.at - a.at > runMs) return null;
  const whom = [...peopleOf(a)];
  for (const person of peopleOf(b))
    if (!whom.some((one) => one.address === person.address)) whom.push(person);
  return { ...a, who: null, whom };
}

const peopleOf = (line: Line): readonly Person[] =>
  line.whom.length > 0 ? line.whom : line.who === null ? [] : [line.who];
