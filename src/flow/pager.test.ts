/** Text to those who have no MSRP: which way, in which form, and in which order. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  goesByMessage,
  isUnable,
  pager,
  pagerStep,
  type Pager,
  type PagerEffect,
  type PagerInput,
} from "./pager.ts";

function run(...inputs: readonly PagerInput[]): { state: Pager; effects: PagerEffect[] } {
  let state = pager;
  const effects: PagerEffect[] = [];
  for (const input of inputs) {
    const [next, done] = pagerStep(state, input);
    state = next;
    effects.push(...done);
  }
  return { state, effects };
}
/** "1:cpim" sent, "1=delivered", "1!480", or the other effects by name. */
const told = (effects: readonly PagerEffect[]): readonly string[] =>
  effects.map((one) => {
    if (one.do === "send") return `${one.id}:${one.form}`;
    if (one.do === "told") return `${one.id}=${one.is}`;
    if (one.do === "refused") return `${one.id}!${one.status}`;
    return one.do === "unreachable" ? `unreachable ${one.status}` : one.do;
  });

const refused = (status: number): PagerInput => ({ on: "no-session", status, until: 100 });
const wrote = (form: "cpim" | "plain", until = 100): PagerInput => ({ on: "wrote", form, until });
const text = (id: string, now = 0): PagerInput => ({ on: "text", id, now });
const answered = (id: string, status: number, accept: readonly string[] = []): PagerInput => ({
  on: "answered",
  id,
  status,
  accept,
});

describe("which way", () => {
  it.each([405, 406, 415, 420, 421, 488, 501, 606])(
    "%i to INVITE says that they can't: by MESSAGE",
    (status) => {
      expect(isUnable(status)).toBe(true);
      const { state, effects } = run(refused(status));
      expect(told(effects)).toEqual(["open"]);
      expect(goesByMessage(state, 99)).toBe(true);
    },
  );

  it.each([400, 403, 404, 408, 410, 480, 484, 486, 487, 491, 500, 503, 504, 600, 603, 604])(
    "%i does not: it has failed",
    (status) => {
      const { state, effects } = run(refused(status));
      expect(told(effects)).toEqual([`unreachable ${status}`]);
      expect(goesByMessage(state, 0)).toBe(false);
    },
  );

  it("a session is tried again after a while, and what was written waits for it", () => {
    const { state, effects } = run(refused(488), text("1"), answered("1", 200), text("2", 100));
    expect(told(effects)).toEqual(["open", "1:cpim", "1=delivered", "close"]);
    expect(goesByMessage(state, 100)).toBe(false);
  });

  it("though they write on by MESSAGE, as somebody does who could have one by now", () => {
    const { state, effects } = run(refused(488), wrote("cpim", 150), text("1", 120));
    expect(told(effects)).toEqual(["open", "close"]);
    expect(state.session.is).toBe("untried");
    expect(told(run(wrote("cpim", 100), wrote("cpim", 150), text("1", 120)).effects)).toEqual(["close"]);
  });

  it("one that stands ends it", () => {
    expect(goesByMessage(run(refused(488), { on: "session" }).state, 0)).toBe(false);
  });

  it("who writes by MESSAGE is answered so", () => {
    expect(told(run(wrote("plain"), text("1")).effects)).toEqual(["1:plain"]);
    expect(told(run(wrote("cpim"), text("1")).effects)).toEqual(["1:cpim"]);
  });

  it("who takes no MESSAGE either is asked for a session the next time", () => {
    const { state, effects } = run(refused(488), text("1"), text("2"), answered("1", 405));
    expect(told(effects)).toEqual(["open", "1:cpim", "1!405", "2!405", "close"]);
    expect(goesByMessage(state, 0)).toBe(false);
  });
});

describe("which form", () => {
  it.each([
    [415, ["text/plain"]],
    [415, ["text/*", "image/png"]],
    [415, []],
    [488, []],
    [606, []],
  ])("%i, taking %j: the same text as bare words, and the next at once", (status, accept) => {
    const { effects } = run(
      refused(488),
      text("1"),
      text("2"),
      answered("1", status, accept),
      answered("1", 200),
    );
    expect(told(effects)).toEqual(["open", "1:cpim", "1:plain", "1=delivered", "2:plain"]);
  });

  it("who takes neither has not got it, and the next is tried", () => {
    const { effects } = run(refused(488), text("1"), text("2"), answered("1", 415, ["image/png"]));
    expect(told(effects)).toEqual(["open", "1:cpim", "1!415", "2:cpim"]);
  });

  it("bare words that are not understood are not sent for ever", () => {
    const { effects } = run(wrote("plain"), text("1"), answered("1", 415));
    expect(told(effects)).toEqual(["1:plain", "1!415"]);
  });

  it("who has taken CPIM gets it, though bare words come back; who has not gets what he writes", () => {
    const { effects } = run(refused(488), text("1"), answered("1", 200), wrote("plain"), text("2"));
    expect(told(effects)).toEqual(["open", "1:cpim", "1=delivered", "2:cpim"]);
    expect(told(run(refused(488), wrote("plain"), text("1")).effects)).toEqual(["open", "1:plain"]);
    expect(run(wrote("plain"), wrote("cpim")).state.form).toBe("cpim");
  });
});

describe("in order", () => {
  it("one is on its way at a time", () => {
    const { effects } = run(refused(488), text("1"), text("2"), text("3"), answered("1", 202));
    expect(told(effects)).toEqual(["open", "1:cpim", "1=sent", "2:cpim"]);
  });

  it("an answer to another than the one on its way is nothing", () => {
    const { effects } = run(refused(488), text("1"), text("2"), answered("2", 200), answered("0", 200));
    expect(told(effects)).toEqual(["open", "1:cpim"]);
  });

  it.each([400, 493])("%i is about one text: the next goes", (status) => {
    const { effects } = run(refused(488), text("1"), text("2"), answered("1", status));
    expect(told(effects)).toEqual(["open", "1:cpim", `1!${status}`, "2:cpim"]);
  });

  it.each([403, 404, 408, 480, 486, 500, 503, 603])(
    "%i is about the reader: all that waits has failed",
    (status) => {
      const { state, effects } = run(refused(488), text("1"), text("2"), answered("1", status));
      expect(told(effects)).toEqual(["open", "1:cpim", `1!${status}`, `2!${status}`]);
      expect(told(pagerStep(state, text("1"))[1])).toEqual(["1:cpim"]);
    },
  );

  it("what never left waits for another time, all of it", () => {
    const { effects } = run(refused(488), text("1"), text("2"), { on: "unsent", id: "1" });
    expect(told(effects)).toEqual(["open", "1:cpim", "close"]);
  });

  it("what may have arrived goes again only where a double can be told", () => {
    const cpim = run(refused(488), text("1"), text("2"), { on: "lost", id: "1" });
    expect(told(cpim.effects)).toEqual(["open", "1:cpim", "close"]);
    const plain = run(wrote("plain"), text("1"), text("2"), { on: "lost", id: "1" });
    expect(told(plain.effects)).toEqual(["1:plain", "1!408", "close"]);
  });
});

describe("too long", () => {
  it.each([413, 513])(
    "%i, for somebody who refused a session: that text has failed, the next goes",
    (status) => {
      const { effects } = run(refused(488), text("1"), text("2"), answered("1", status));
      expect(told(effects)).toEqual(["open", "1:cpim", `1!${status}`, "2:cpim"]);
    },
  );

  it("for somebody who was never asked for a session: asked now; refused there, it has failed", () => {
    const { effects } = run(
      wrote("cpim"),
      text("1"),
      answered("1", 513),
      refused(488),
      text("1"),
      answered("1", 513),
    );
    expect(told(effects)).toEqual(["1:cpim", "close", "open", "1:cpim", "1!513"]);
  });
});

it("a receipt that was refused is remembered", () => {
  expect(run({ on: "receipt-refused" }, refused(488)).state.receipts).toBe(false);
});

describe("whatever happens", () => {
  const id = fc.constantFrom("1", "2", "3");
  const status = fc.constantFrom(200, 202, 400, 405, 413, 415, 480, 488, 513, 603);
  const input: fc.Arbitrary<PagerInput> = fc.oneof(
    fc.record({ on: fc.constant("no-session" as const), status, until: fc.nat(50) }),
    fc.record({ on: fc.constant("session" as const) }),
    fc.record({
      on: fc.constant("wrote" as const),
      form: fc.constantFrom("cpim" as const, "plain" as const),
      until: fc.nat(50),
    }),
    fc.record({ on: fc.constant("text" as const), id, now: fc.nat(50) }),
    fc.record({
      on: fc.constant("answered" as const),
      id,
      status,
      accept: fc.constantFrom<readonly string[]>([], ["text/plain"], ["image/png"]),
    }),
    fc.record({ on: fc.constant("unsent" as const), id }),
    fc.record({ on: fc.constant("lost" as const), id }),
  );

  it("each text taken is sent, told of, refused or given back, and never two are on their way", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let state = pager;
        let held: string[] = [];
        let sending = 0;
        for (const one of inputs) {
          if (one.on === "text" && held.includes(one.id)) continue; // a thread sends a text once
          const [next, effects] = pagerStep(state, one);
          state = next;
          if (one.on === "text") held.push(one.id);
          if (["answered", "unsent", "lost"].includes(one.on) && effects.length > 0) sending = 0;
          for (const effect of effects) {
            if (effect.do === "send") sending += 1;
            if (effect.do === "told" || effect.do === "refused") held = held.filter((x) => x !== effect.id);
            if (effect.do === "close") held = [];
          }
          expect(sending).toBeLessThanOrEqual(1);
          expect(state.queue).toEqual(held);
          expect(state.sent !== null).toBe(held.length > 0);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
