/** What X does at moments that say most; every order of delivery is in `extend.test.ts`. */
import { describe, expect, test } from "vitest";
import { bestResponse, focus, type Focus, type FocusInput } from "./extend.focus.ts";

const after = (...inputs: readonly FocusInput[]): readonly [Focus, readonly unknown[]] =>
  inputs.reduce<readonly [Focus, readonly unknown[]]>(
    ([state], input) => focus(state, input),
    [{ is: "idle" }, []],
  );

describe("X", () => {
  const both = { replaces: "call", sessionReplaces: "id" };
  const asked = {
    on: "asked",
    leg: "a",
    who: "alice",
    people: [
      { leg: "c", who: "carol", mark: null },
      { leg: "b", who: "bob", mark: both },
    ],
  } as const;

  test("asks first the one whose 1-1 is replaced, and gives nobody else the mark", () => {
    expect(after(asked)[1]).toEqual([
      { do: "progress", leg: "a" },
      { do: "invite", leg: "b", who: "bob", mark: both },
      { do: "invite", leg: "c", who: "carol", mark: null },
    ]);
  });

  test.each([481, 420])("asks again after %i, once, with Session-Replaces alone", (status) => {
    const refused = { on: "refused", leg: "b", status } as const;
    const mark = { replaces: null, sessionReplaces: "id" };
    expect(after(asked, refused)[1]).toEqual([{ do: "invite", leg: "b", who: "bob", mark }]);
    expect(after(asked, refused, refused)[1]).toEqual([]);
  });

  test("lets in late whoever missed the invitation, and not who has left for good", () => {
    const standing = [asked, { on: "accepted", leg: "b" }, { on: "expired", leg: "c" }] as const;
    const late = { on: "dialled-in", leg: "c2", who: "carol" } as const;
    expect(after(...standing, late)[1]).toEqual([{ do: "accept", leg: "c2" }]);
    const left = [late, { on: "ended", leg: "c2", how: "left" }] as const;
    expect(after(...standing, ...left, { ...late, leg: "c3" })[1]).toEqual([
      { do: "refuse", leg: "c3", status: 403 },
    ]);
  });
});

describe("X, asked the same by the same host once more", () => {
  const [b, c] = [
    { leg: "b", who: "bob", mark: null },
    { leg: "c", who: "carol", mark: null },
  ];
  const asked = { on: "asked", leg: "a", who: "alice", people: [b, c] } as const;
  const again = {
    on: "asked",
    leg: "a2",
    who: "alice",
    people: [
      { ...b, leg: "b2" },
      { leg: "d2", who: "dave", mark: null },
    ],
  } as const;

  test("before anybody came: the later INVITE is the one to be answered, and only who is new is asked", () => {
    const [state, effects] = after(asked, again);
    expect(effects).toEqual([
      { do: "refuse", leg: "a", status: 487 },
      { do: "progress", leg: "a2" },
      { do: "invite", leg: "d2", who: "dave", mark: null },
    ]);
    expect(focus(state, { on: "cancelled", leg: "a" })).toEqual([state, []]);
    expect(focus(state, { on: "accepted", leg: "b" })[1]).toEqual([{ do: "accept", leg: "a2" }]);
  });

  test("when it stands: let in, and the call before is ended", () => {
    const [state, effects] = after(asked, { on: "accepted", leg: "b" }, again);
    expect(effects).toEqual([
      { do: "accept", leg: "a2" },
      { do: "end", leg: "a", cause: 200 },
      { do: "invite", leg: "d2", who: "dave", mark: null },
    ]);
    // The 200 that nobody acknowledged.
    expect(focus(state, { on: "ended", leg: "a", how: "cancelled" })).toEqual([state, []]);
  });

  test("after leaving for good: not let in", () => {
    const left = { on: "ended", leg: "a", how: "left" } as const;
    const [, effects] = after(asked, { on: "accepted", leg: "b" }, { on: "accepted", leg: "c" }, left, again);
    expect(effects).toEqual([{ do: "refuse", leg: "a2", status: 403 }]);
  });
});

describe("the host hears of several refusals", () => {
  test.each([
    [[603, 486], 603],
    [[486, 486], 486],
    [[404, 480], 480],
    [[408], 408],
    [[302, 302], 480],
    [[407], 480],
    [[], 480],
  ])("of %j the host hears %i", (statuses, best) => {
    expect(bestResponse(statuses)).toBe(best);
  });
});
