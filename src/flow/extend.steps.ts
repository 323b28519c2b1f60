/**
 * The figure as data: the 19 steps of "Extending CPM 1-1 Session to a 1-N Session", and what must precede what.
 *
 * One table for every altitude of test: the pure machines, real sockets, browsers. A hop is one message between
 * two elements; `PF` is a participating function, the home server of a client. Step 19 is not a message: X has
 * noted that every invitation has its final answer.
 */
export type Party = "A" | "PF A" | "B" | "PF B" | "C" | "PF C" | "X";

export type OmaStep = {
  readonly step: number;
  readonly from: Party;
  readonly to: Party;
  readonly what: "INVITE" | "200 INVITE" | "BYE" | "200 BYE" | "group established";
  /** Which dialog: the group leg of A, B or C, or the 1-1 that is replaced. */
  readonly leg: "A-X" | "X-B" | "X-C" | "A-B";
  /** Number of Via header fields on that hop; null for step 19. */
  readonly vias: number | null;
  /** Whether the message must carry (true) or must not carry (false) the replace indication; null: no matter. */
  readonly mark: boolean | null;
  /** Steps that must have happened before; "any of" for step 7, which waits for one acceptance of anybody. */
  readonly after: readonly number[];
  readonly afterAnyOf?: readonly number[];
};

const row = (
  step: number,
  from: Party,
  to: Party,
  what: OmaStep["what"],
  leg: OmaStep["leg"],
  vias: number | null,
  mark: boolean | null,
  after: readonly number[],
  afterAnyOf?: readonly number[],
): OmaStep =>
  afterAnyOf === undefined
    ? { step, from, to, what, leg, vias, mark, after }
    : { step, from, to, what, leg, vias, mark, after, afterAnyOf };

export const omaSteps: readonly OmaStep[] = [
  row(1, "A", "PF A", "INVITE", "A-X", 1, false, []), // the mark is on B's list entry, not on the INVITE
  row(2, "PF A", "X", "INVITE", "A-X", 2, false, [1]),
  row(3, "X", "PF B", "INVITE", "X-B", 1, true, [2]),
  row(4, "PF B", "B", "INVITE", "X-B", 2, true, [3]),
  row(5, "B", "PF B", "200 INVITE", "X-B", 2, null, [4]),
  row(6, "PF B", "X", "200 INVITE", "X-B", 1, null, [5]),
  row(7, "X", "PF A", "200 INVITE", "A-X", 2, null, [2], [6, 18]), // NOTE 1
  row(8, "PF A", "A", "200 INVITE", "A-X", 1, null, [7]),
  row(9, "B", "PF B", "BYE", "A-B", 1, null, [5]),
  row(10, "PF B", "PF A", "BYE", "A-B", 2, null, [9]),
  row(11, "PF A", "A", "BYE", "A-B", 3, null, [10]),
  row(12, "A", "PF A", "200 BYE", "A-B", 3, null, [11]),
  row(13, "PF A", "PF B", "200 BYE", "A-B", 2, null, [12]),
  row(14, "PF B", "B", "200 BYE", "A-B", 1, null, [13]),
  row(15, "X", "PF C", "INVITE", "X-C", 1, false, [2]),
  row(16, "PF C", "C", "INVITE", "X-C", 2, false, [15]),
  row(17, "C", "PF C", "200 INVITE", "X-C", 2, null, [16]),
  row(18, "PF C", "X", "200 INVITE", "X-C", 1, null, [17]),
  row(19, "X", "X", "group established", "A-X", null, null, [6, 7, 18]), // 9-14 are independent of 15-18
];
