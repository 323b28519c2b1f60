/**
 * Whatever happens, in whatever order: nothing throws, no text is lost or read by others than it was written for, no
 * session is left behind, and no row waits for what will not come. `SEED` and `ORDERS` look elsewhere and longer.
 */
import { fc } from "../testing/fast-check.ts";
import { expect, it, vi } from "vitest";
import { createChaos, type Chaos } from "../testing/scripted-chaos.ts";
import { bob, conference, stranger, textsIn } from "../testing/scripted-person.ts";

// It does nothing but compute, for as long as the machine lets it.
vi.setConfig({ testTimeout: 240_000 });

type To = { readonly to: string };
const toFocus = ({ to }: To): boolean => to !== bob && to !== stranger;

/** What must not be, at any moment. */
function* wrongNow({ person, legs, groupSessions }: Chaos): Generator<string> {
  const { relay } = person;
  const { chats } = person.state();
  const all = [...legs.values()];
  for (const chat of Object.values(chats)) {
    for (const message of textsIn(chat))
      if (message.is === "sending" && relay.holding(message.id) !== 1)
        yield `"${message.text}" is said to be on its way over ${relay.holding(message.id)} sessions`;
    const ids = chat.items.map((item) => item.id);
    if (new Set(ids).size !== ids.length) yield `an item stands twice in ${chat.id}`;
  }
  for (const name of groupSessions)
    for (const text of relay.sentOver(name))
      if (text.startsWith("private")) yield `"${text}" was sent to a group`;
  const phases = Object.values(chats).map((chat) => chat.phase.is);
  // A way in that is out when the answer comes is not taken back: the focus may have let us in by it, and then has
  // ended the call that stood before.
  const mayBeIn = ({ to }: To): boolean => to === conference && phases.includes("open");
  const isAskedFor = all.some((leg) => leg.is === "inviting" && toFocus(leg) && !mayBeIn(leg));
  if (isAskedFor && !phases.some((is) => is === "asking" || is === "joining" || is === "away"))
    yield "a group is asked for that nobody wants";
}

/** What still waits when the connection stands, every leg is answered and every text reported, waits for ever. */
function* wrongAtLast({ person, legs }: Chaos): Generator<string> {
  const chats = Object.values(person.state().chats);
  const standing = [...legs.values()].filter((leg) => leg.is === "standing");
  const open = chats.filter((chat) => chat.kind === "group" && chat.phase.is === "open");
  const inGroups = standing.filter(toFocus);
  if (inGroups.length !== open.length) yield `${inGroups.length} legs to a focus, ${open.length} open groups`;
  if (person.relay.sessions() > standing.length)
    yield `${person.relay.sessions()} sessions and ${standing.length} legs`;
  for (const { id, phase, items } of chats) {
    if (["opening", "joining", "asking", "away"].includes(phase.is)) yield `${id} is ${phase.is} for ever`;
    if (phase.is === "invited" || phase.is === "request") continue;
    for (const item of items)
      if (item.kind === "message" && (item.is === "waiting" || item.is === "sending"))
        yield `"${item.text}" is ${item.is} for ever in ${id}, which is ${phase.is}`;
  }
}

const told =
  ({ log }: Chaos) =>
  (wrong: string): string =>
    [wrong, ...log].join("\n  ");

it("nothing throws, nothing is lost, nothing leaks, nothing waits for ever", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 60, size: "max" }),
      (choices) => {
        const chaos = createChaos();
        for (const n of choices) {
          chaos.next(n);
          expect([...wrongNow(chaos)].map(told(chaos))).toEqual([]);
        }
        chaos.settle();
        expect([...wrongAtLast(chaos)].map(told(chaos))).toEqual([]);
      },
    ),
    { numRuns: Number(process.env["ORDERS"] ?? 1_000), seed: Number(process.env["SEED"] ?? 1) },
  );
});
