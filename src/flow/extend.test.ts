/** The machines of the flow in every order of delivery; and machines that are wrong, which that must show. */
import { describe, expect, test } from "vitest";
import { mutants } from "../testing/walk.mutants.ts";
import { scenarios, walkScenario, type Scenario } from "../testing/walk.scenarios.ts";
import {
  bestResponse,
  client,
  focus,
  winsGlare,
  type Conversation,
  type Focus,
  type FocusInput,
} from "./extend.ts";

describe("in every order all agree, and nobody is left in any leg", () => {
  const all: readonly Scenario[] = Object.values(scenarios);
  test.each(all.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (name, scenario) => {
      const { orders, counted, states, ends, failures } = walkScenario(scenario);
      const early = scenario.isTheFigure === true ? `, in ${counted} of them B's BYE before A's 200` : "";
      console.info(`${name}: ${orders} orders${early}; ${states} states, ${ends} ends`);
      expect(Object.fromEntries(failures)).toEqual({});
    },
    120_000,
  );
});

describe("the walk fails when", () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    (_name, mutant) => {
      const { failures } = walkScenario(mutant.scenario, mutant.machines, true);
      expect([...failures.keys()]).toContainEqual(expect.stringMatching(mutant.sees));
    },
    120_000,
  );
});

describe("what no order brings about", () => {
  const joining: Conversation = { is: "joining", old: "old", leg: "new", id: "g", picks: ["dave"] };

  test("no ACK for our 200: the 1-1 stands as it was", () => {
    expect(client(joining, { on: "unacked", leg: "new" })).toEqual([{ is: "1-1", leg: "old" }, []]);
  });

  test("the group's leg is lost: what is left of the 1-1 is shown again", () => {
    const group: Conversation = { is: "group", old: "old", closing: null, leg: "new", id: "g", picks: [] };
    expect(client(group, { on: "ended", leg: "new" })).toEqual([{ is: "1-1", leg: "old" }, []]);
  });

  test("an invitation to a second group while the first is joined: 491", () => {
    const invited = { on: "invited", leg: "other", id: "h", replaces: "old" } as const;
    expect(client(joining, invited)).toEqual([joining, [{ do: "refuse", leg: "other", status: 491 }]]);
  });

  test("Contribution-IDs are compared without regard to case", () => {
    expect([winsGlare("A1", "b0"), winsGlare("B0", "a1"), winsGlare("a1", "A1")]).toEqual([
      true,
      false,
      false,
    ]);
  });

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

describe("X", () => {
  const both = { replaces: "call", sessionReplaces: "id" };
  const after = (...inputs: readonly FocusInput[]): readonly [Focus, readonly unknown[]] =>
    inputs.reduce<readonly [Focus, readonly unknown[]]>(
      ([state], input) => focus(state, input),
      [{ is: "idle" }, []],
    );
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
  const after = (...inputs: readonly FocusInput[]): readonly [Focus, readonly unknown[]] =>
    inputs.reduce<readonly [Focus, readonly unknown[]]>(
      ([state], input) => focus(state, input),
      [{ is: "idle" }, []],
    );

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

describe("a host whose answer was lost with a connection", () => {
  const asking = { is: "asking", old: "old", stays: false, leg: "one", id: "x", picks: ["carol"] } as const;
  const byUri = { on: "dialled-in", leg: "two", id: "x" } as const;

  test("comes in by the conference URI, and takes the INVITE back", () => {
    const [state, effects] = client(asking, byUri);
    expect(state).toMatchObject({ is: "group", old: "old", leg: "two" });
    expect(effects).toEqual([{ do: "cancel", leg: "one" }]);
    expect(client(state, { on: "refused", leg: "one", status: 487 })).toEqual([state, []]);
  });

  test("or asks once more, of the same people with the same mark, and only then takes the first back", () => {
    const [state, effects] = client(asking, { on: "again", leg: "three" });
    expect(state).toEqual({ ...asking, leg: "three" });
    expect(effects).toEqual([
      { do: "invite", leg: "three", id: "x", people: ["carol"], replaces: "old", instead: "one" },
    ]);
    expect(client(state, { on: "refused", leg: "one", status: 487 })).toEqual([state, []]);
    expect(client(state, { on: "accepted", leg: "three" })[0]).toMatchObject({ is: "group", leg: "three" });
  });

  test("and when the answer comes all the same: the later way in counts", () => {
    const [first] = client(asking, { on: "accepted", leg: "one" });
    const [state, effects] = client(first, byUri);
    expect([state, effects]).toEqual([{ ...first, leg: "two" }, []]);
    expect(client(state, { on: "ended", leg: "one" })).toEqual([state, []]);
  });
});
