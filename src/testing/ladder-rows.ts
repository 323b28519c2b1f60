/**
 * From a trace to the rungs of the figure: which hop is which of the 19 steps, and what is wrong with the whole.
 *
 * A trace has every message on every hop. The figure shows only INVITE, BYE and their 200s, of four dialogs; a
 * dialog is known by its Call-ID, and which of the four it is by its first INVITE. Everything of these dialogs
 * that the figure could show and does not (a second BYE, a re-INVITE) is reported, not skipped.
 */
import { omaSteps, type OmaStep, type Party } from "../flow/extend.steps.ts";
import type { Trace } from "../server/trace.ts";
import { header, headers, parseSip, type SipMessage } from "../wire/sip.ts";
import { addressOf, parseNameAddr } from "../wire/sip-uri.ts";

/** One message on one hop, as the box writes it down where bytes meet a socket. */
export type Hop = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly message: string;
};

export type Rung = {
  /** 1 to 19; null: the figure has no such message. */
  readonly step: number | null;
  readonly from: Party;
  readonly to: Party;
  readonly what: OmaStep["what"];
  readonly leg: OmaStep["leg"];
  /** Since step 1; null: nobody saw it. */
  readonly ms: number | null;
  readonly startLine: string;
  readonly callId: string;
  readonly cseq: string;
  readonly vias: number | null;
  readonly mark: boolean;
};

/** Who plays A, B and C: user parts, as the trace names them. */
export type Cast = { readonly A: string; readonly B: string; readonly C: string };

const roles = ["A", "B", "C"] as const;

function partyOf(name: string, cast: Cast): Party | null {
  if (name === "X") return "X";
  for (const role of roles) {
    if (name === cast[role]) return role;
    if (name === `PF ${cast[role]}`) return `PF ${role}`;
  }
  return null;
}

function legOf(from: Party, invite: SipMessage, cast: Cast): OmaStep["leg"] | null {
  const to = header(invite, "To");
  const user = to === null ? null : addressOf(parseNameAddr(to).uri).replace(/^sips?:|@.*$/g, "");
  if (from === "X") return user === cast.B ? "X-B" : user === cast.C ? "X-C" : null;
  if (header(invite, "Require")?.includes("recipient-list-invite") === true) return "A-X";
  return from === "A" && user === cast.B ? "A-B" : from === "B" && user === cast.A ? "A-B" : null;
}

const firstLine = (text: string): string => text.slice(0, text.indexOf("\r\n"));

function whatOf(message: SipMessage): OmaStep["what"] | null {
  if (message.kind === "request")
    return message.method === "INVITE" || message.method === "BYE" ? message.method : null;
  if (message.status < 200 || message.status > 299) return null;
  const method = header(message, "CSeq")?.split(" ")[1];
  return method === "INVITE" ? "200 INVITE" : method === "BYE" ? "200 BYE" : null;
}

/**
 * A 2xx is said again, on every hop, until its ACK is heard; that is no second answer (RFC 3261 §13.3.1.4). The ACK is
 * written down when it is sent, so one more may cross it; a second one after it has not heard it.
 */
function isSaidAgain(trace: readonly Hop[], at: number, callId: string): boolean {
  const hop = trace[at];
  const isSame = ({ from, to, message }: Hop): boolean =>
    from === hop?.from && to === hop.to && message === hop.message;
  const isAck = ({ from, to, message }: Hop): boolean =>
    from === hop?.to &&
    to === hop.from &&
    message.startsWith("ACK ") &&
    header(parseSip(message), "Call-ID") === callId;
  const before = trace.slice(0, at);
  if (!before.some(isSame)) return false;
  const acked = before.findIndex(isAck);
  return acked === -1 || !before.slice(acked).some(isSame);
}

/** The rungs in the order of the trace; `established`: when X noted that every invitation has its answer. */
export function rungsOf(trace: readonly Hop[], cast: Cast, established: number | null): readonly Rung[] {
  const legs = new Map<string, OmaStep["leg"]>();
  const rungs: Rung[] = [];
  let began = 0;
  for (const [at, hop] of trace.entries()) {
    const from = partyOf(hop.from, cast);
    const to = partyOf(hop.to, cast);
    const message = parseSip(hop.message);
    const what = whatOf(message);
    const callId = header(message, "Call-ID");
    if (from === null || to === null || what === null || callId === null) continue;
    if (what === "200 INVITE" && isSaidAgain(trace, at, callId)) continue;
    if (what === "INVITE" && !legs.has(callId)) {
      const leg = legOf(from, message, cast);
      if (leg !== null) legs.set(callId, leg);
      if (leg === "A-X") began = hop.at;
    }
    const leg = legs.get(callId);
    if (leg === undefined || (leg === "A-B" && what.endsWith("INVITE"))) continue; // how the 1-1 came to be
    rungs.push({
      step:
        omaSteps.find((s) => s.from === from && s.to === to && s.what === what && s.leg === leg)?.step ??
        null,
      from,
      to,
      what,
      leg,
      ms: hop.at - began,
      startLine: firstLine(hop.message),
      callId,
      cseq: header(message, "CSeq") ?? "",
      vias: headers(message, "Via").length,
      mark: header(message, "Replaces") !== null || header(message, "Session-Replaces") !== null,
    });
  }
  if (established === null) return rungs;
  const note: Rung = {
    step: 19,
    from: "X",
    to: "X",
    what: "group established",
    leg: "A-X",
    ms: established - began,
    startLine: "(X has every answer)",
    callId: "",
    cseq: "",
    vias: null,
    mark: false,
  };
  const after = rungs.findLastIndex(({ ms }) => ms !== null && ms <= established - began) + 1;
  return [...rungs.slice(0, after), note, ...rungs.slice(after)];
}

/** The rungs of all that a box has written down so far. */
export function rungsIn({ sip, notes }: Pick<Trace, "sip" | "notes">, cast: Cast): readonly Rung[] {
  return rungsOf(sip, cast, notes.find(({ what }) => what.startsWith("group established"))?.at ?? null);
}

/** Every way in which these rungs are not the figure, in plain words; empty: they are. */
export function problemsOf(rungs: readonly Rung[], steps: readonly OmaStep[] = omaSteps): readonly string[] {
  const problems: string[] = [];
  const position = (step: number): number => rungs.findIndex((rung) => rung.step === step);

  for (const rung of rungs)
    if (rung.step === null)
      problems.push(`${rung.what} from ${rung.from} to ${rung.to} on ${rung.leg} is not in the figure`);

  for (const wanted of steps) {
    const { step } = wanted;
    const found = rungs.filter((rung) => rung.step === step);
    const [rung] = found;
    if (rung === undefined) {
      problems.push(`step ${step} is missing: ${wanted.what} from ${wanted.from} to ${wanted.to}`);
      continue;
    }
    if (found.length > 1) problems.push(`step ${step} is there ${found.length} times`);
    if (wanted.vias !== null && rung.vias !== wanted.vias)
      problems.push(`step ${step} has ${rung.vias} Via, not ${wanted.vias}`);
    if (wanted.mark === true && !rung.mark) problems.push(`step ${step} lacks the mark`);
    if (wanted.mark === false && rung.mark) problems.push(`step ${step} carries the mark`);
    for (const before of wanted.after)
      if (position(before) > position(step)) problems.push(`step ${step} precedes step ${before}`);
    if (wanted.afterAnyOf?.every((before) => position(before) === -1 || position(before) > position(step)))
      problems.push(`step ${step} precedes the first of ${wanted.afterAnyOf.join(" and ")}`);
  }
  return problems;
}
