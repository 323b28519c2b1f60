/** The machines of the flow in every order of delivery; and machines that are wrong, which that must show. */
import { describe, expect, test } from "vitest";
import { mutants } from "../testing/walk.mutants.ts";
import { scenarios, walkScenario, type Scenario } from "../testing/walk.scenarios.ts";
import { client, winsGlare, type Conversation } from "./extend.ts";

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
