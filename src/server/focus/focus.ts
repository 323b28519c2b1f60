/**
 * The Controlling Function X: a user agent of the network that hosts conferences (RFC 4579, RFC 5366).
 *
 * It has one link to SIP and one to an MSRP relay, like any other user agent, so it runs beside any WebSocket SIP
 * server and needs no port of its own. A request for the factory makes a group, one that names a group by `conf`
 * goes there. Refused: a group that never was or is over (404), whom the network does not vouch for (403).
 */
import type { Clock } from "../../flow/clock.ts";
import type { FocusEffect, FocusInput, Focus as FocusState } from "../../flow/extend.ts";
import type { Step } from "../../flow/machine.ts";
import type { MsrpLink, MsrpLinkEvent } from "../../flow/msrp-link.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { header, responseTo, type SipRequest } from "../../wire/sip.ts";
import { parseNameAddr, parseSipUri, type SipUri } from "../../wire/sip-uri.ts";
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import type { Link } from "../sip/link.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import { createUserAgent } from "../sip/user-agent.ts";
import { createConnection, type ConnectionEvent } from "./connection.ts";
import { callerOf, readOrder, type Person } from "./factory.ts";
import { createGroup, type Group } from "./group.ts";
import { abilities, focusContact } from "./invitation.ts";
import { focusLimits, type FocusLimits } from "./limits.ts";
import { createMemberEnds } from "./member-ends.ts";
import { createOrderRate } from "./order-rate.ts";
import { createPaths } from "./paths.ts";
import { openStore } from "./store-database.ts";
import { StoreError, type GroupFacts, type GroupStore } from "./store.ts";
import type { FocusTimers } from "./timers.ts";
import { answering, notInvited, Refusal, refusalHeaders } from "./refusal.ts";

export type FocusOptions = {
  readonly domain: string;
  /** User part of the factory's address, and the account. */
  readonly user: string;
  /** A connection to the SIP server; asked for again when it is lost. */
  readonly connect: () => Link;
  /** What to register with; null when the link is bound to the account already. */
  readonly password: string | null;
  /** Where members reach groups: by their address in the domain, or by this device (its GRUU) where nothing routes `;conf=`. */
  readonly contact?: "domain" | "flow";
  readonly msrp: (onEvent: (event: MsrpLinkEvent) => void) => MsrpLink;
  readonly timers: FocusTimers;
  readonly limits?: FocusLimits;
  /** Where groups are kept; whoever opened it closes it after `stop`. Nothing: in memory, until then. */
  readonly store?: GroupStore;
  readonly clock: Clock;
  /** At least 128 fresh random bits, as lower-case hex. */
  readonly freshId: () => string;
  readonly nameOf?: (address: string) => string | null;
  /** Step 19: every invitation of the first list has its final answer. */
  readonly onEstablished?: (conference: string, members: readonly string[]) => void;
  /** In place of the machine of a group: for tests that want one that misbehaves. */
  readonly step?: Step<FocusState, FocusInput, FocusEffect>;
  readonly onSip?: (event: ConnectionEvent) => void;
  readonly onRelay?: (event: MsrpLinkEvent) => void;
  readonly log?: (line: string) => void;
};

export interface Focus {
  readonly factory: string;
  /** By conference URI. */
  readonly groups: ReadonlyMap<string, { readonly state: () => FocusState; readonly watchers: () => number }>;
  /** Dialogs and transactions that are not over yet. */
  readonly open: () => { readonly dialogs: number; readonly transactions: number };
  /** From the relay, where it can say so: connections with these ends are closed. */
  left(uris: readonly string[]): void;
  /** Why input was dropped or an invitation refused, and how often. */
  readonly refused: () => ReadonlyMap<string, number>;
  /** For a focus about to stop: ends every call, and the groups with them where they are not kept. */
  sayGoodbye(): void;
  stop(): void;
}

const nobody: IncomingCallUser = {
  ended: () => {},
  request: (transaction) => transaction.respond(responseTo(transaction.request, 481)),
  cancelled: () => {},
  acked: () => {},
};

export function startFocus(options: FocusOptions): Focus {
  const { domain, user, timers, clock, freshId } = options;
  const limits = options.limits ?? focusLimits;
  const factory = `sip:${user}@${domain}`;
  const store = options.store ?? openStore({ dir: null, limits, clock, freshId });
  const log = options.log ?? (() => {});
  const groups = new Map<string, Group>();
  const hosts = new Map<Group, string>();
  /** Invitations, by what was wrong with them. */
  const refused = new Map<string, number>();
  const count = (reason: string): void => void refused.set(reason, (refused.get(reason) ?? 0) + 1);
  const perMinute = (many: number, what: string): ((who: string, more?: number) => void) => {
    const rate = createOrderRate(many, () => clock.now());
    return (who, more) => {
      const waitSeconds = rate.take(who, more);
      if (waitSeconds > 0)
        throw new Refusal(486, what, { warning: 102, headers: [["Retry-After", String(waitSeconds)]] });
    };
  };
  const takeGroup = perMinute(limits.groupsPerMinute, "too many groups at once");
  const takeInvitations = perMinute(limits.invitationsPerMinute, "too many invitations at once");
  const takeJoin = perMinute(limits.joinsPerMinute, "too many ways in at once");

  const agent = createUserAgent({
    ...options,
    sentBy: `${freshId().slice(0, 16)}.invalid`,
    invited,
    mostTransactions: limits.transactions,
    asked: (transaction) => answering(transaction, { ...options, count }, () => asked(transaction)),
  });
  const connection = createConnection({
    ...options,
    agent,
    identity: store.identity,
    onEvent: (event) => {
      options.onSip?.(event);
      if (event.on === "registered") takeUp();
    },
  });
  const msrp = options.msrp((event) => {
    options.onRelay?.(event);
    if (event.on === "ready") paths.ready();
  });
  const paths = createPaths(msrp, clock, timers.pathMs);
  const ends = createMemberEnds(clock, timers.backMs);
  let hasTakenUp = false;
  msrp.start();
  connection.start();
  if (options.password === null) takeUp();

  /** The groups of an earlier process go on, once it is known where this one is reached. */
  function takeUp(): void {
    if (hasTakenUp) return;
    hasTakenUp = true;
    for (const { conference, facts } of store.kept()) {
      if (facts.stands) add(conference, facts.host.address, facts).endOldCalls();
      else store.record(conference).drop();
    }
  }

  function invited(call: IncomingCall): IncomingCallUser {
    const { request } = call;
    try {
      const conference = conferenceOf(request);
      if (conference === null) return order(call);
      const caller = vouchedFor(request);
      takeJoin(caller.address);
      return groupOf(conference).dialIn(call, caller);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      count(error.message);
      call.refuse(error.status, refusalHeaders(error, domain));
      return nobody;
    }
  }

  function order(call: IncomingCall): IncomingCallUser {
    const wanted = readOrder(call.request, { factory, maxPeople: limits.people });
    const host = wanted.caller.address;
    takeGroup(host);
    const ofHost = [...hosts].flatMap(([group, one]) => (one === host ? [group] : []));
    const begun = ofHost.find((group) => group.contributionId() === wanted.contributionId);
    if (begun !== undefined) return begun.again(call, wanted);
    if (groups.size >= limits.groups || ofHost.length >= limits.groupsOfOne)
      throw new Refusal(486, "too many groups", { warning: 102 });
    const people = ofHost.reduce((sum, { size }) => sum + size(), wanted.people.length + 1);
    if (people > limits.peopleOfOne) throw new Refusal(486, "too many people in groups", { warning: 102 });
    takeInvitations(host, wanted.people.length);
    const conference = `${factory};conf=${uuidOf(freshId())}`;
    const group = add(conference, host, null);
    try {
      return group.start(call, wanted);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log(error.message);
      groups.delete(conference);
      hosts.delete(group);
      throw new Refusal(500, "the group can't be kept");
    }
  }

  function add(conference: string, host: string, kept: GroupFacts | null): Group {
    const group = createGroup({
      ...options,
      conference,
      record: store.record(conference),
      kept,
      log,
      contact: options.contact === "flow" ? `${connection.contact};conf=${confOf(conference)}` : conference,
      factory,
      limits,
      count,
      takeInvitations,
      agent,
      msrp,
      paths,
      ends,
      nameOf: options.nameOf ?? (() => null),
      established: (members) => options.onEstablished?.(conference, members),
      over: () => {
        groups.delete(conference);
        hosts.delete(group);
      },
    });
    groups.set(conference, group);
    hosts.set(group, host);
    return group;
  }

  function asked(transaction: ServerTransaction): void {
    const { request } = transaction;
    const conference = conferenceOf(request);
    const { method } = request;
    if (method !== "OPTIONS" && method !== "SUBSCRIBE" && method !== "REFER")
      throw new Refusal(405, "not for a focus", { headers: abilities });
    if (conference !== null) groupOf(conference).ask(transaction, vouchedFor(request));
    else if (method === "OPTIONS")
      transaction.respond(
        responseTo(request, 200, {
          toTag: freshId(),
          headers: [focusContact(factory), ...abilities, ["Accept", "application/sdp, multipart/mixed"]],
        }),
      );
    else throw notInvited();
  }

  function groupOf(conference: string): Group {
    const group = groups.get(conference);
    if (group === undefined) throw new Refusal(404, "no such group");
    return group;
  }

  /** From the Request-URI; a registrar may have put another in its place, so else from To (decision 1). */
  function conferenceOf(request: SipRequest): string | null {
    const named = [parseSipUri(request.uri), parseNameAddr(header(request, "To") ?? "").uri];
    const conf = named.map(confIn).find((one) => one !== null);
    return conf === undefined ? null : `${factory};conf=${conf}`;
  }

  return {
    factory,
    groups,
    open: () => ({ dialogs: agent.dialogs, transactions: agent.transactions.size }),
    left: (uris) => ends.closed(uris),
    refused: () => {
      const all = new Map(agent.transactions.refused);
      for (const [reason, times] of refused) all.set(reason, (all.get(reason) ?? 0) + times);
      return all;
    },
    sayGoodbye: () => {
      for (const group of groups.values()) group.dissolve(!store.isDurable);
      groups.clear();
      hosts.clear();
    },
    stop: () => {
      connection.stop();
      for (const group of groups.values()) group.close();
      groups.clear();
      ends.stop();
      msrp.stop();
      agent.close();
      if (options.store === undefined) store.close();
    },
  };
}

const confIn = (uri: SipUri): string | null => uri.params.get("conf")?.toLowerCase() ?? null;
const confOf = (conference: string): string => confIn(parseSipUri(conference)) ?? "";

function vouchedFor(request: SipRequest): Person {
  const caller = callerOf(request);
  if (caller === null) throw new Refusal(403, "nobody vouches for the caller");
  return caller;
}

/** Version 4 (RFC 9562 §5.4) from 128 random bits in hex. */
function uuidOf(hex: string): string {
  const [, a, b, c, d, e] =
    /^([0-9a-f]{8})([0-9a-f]{4}).([0-9a-f]{3}).([0-9a-f]{3})([0-9a-f]{12})/.exec(hex) ?? [];
  return e === undefined ? hex : `${a}-${b}-4${c}-8${d}-${e}`;
}
