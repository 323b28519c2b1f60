/**
 * The Controlling Function X: a user agent of the network that hosts conferences (RFC 4579, RFC 5366).
 *
 * It has one link to SIP and one to an MSRP relay, like any other user agent, so it runs beside any WebSocket SIP
 * server and needs no port of its own. A request for the factory makes a group, one that names a group by `conf`
 * goes there. Refused and counted: whom the network does not vouch for (403), what is not for a focus (405).
 */
import type { Clock } from "../../flow/clock.ts";
import type { FocusEffect, FocusInput, Focus as FocusState } from "../../flow/extend.focus.ts";
import type { Step } from "../../flow/machine.ts";
import type { MsrpLink, MsrpLinkEvent } from "../../flow/msrp-link.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { responseTo } from "../../wire/sip.ts";
import { allRefusals, createRefusalCount, type Refusals } from "../refusals.ts";
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import type { Link } from "../sip/link.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import { createUserAgent } from "../sip/user-agent.ts";
import { createConnection, type ConnectionEvent } from "./connection.ts";
import { conferenceAt, conferenceOf } from "./conference-uri.ts";
import { callerOf } from "./factory.ts";
import { createGroup, type Group } from "./group.ts";
import { createGroups } from "./groups.ts";
import { abilities, extensions, focusContact } from "./invitation.ts";
import { focusLimits, type FocusLimits } from "./limits.ts";
import { createMemberEnds } from "./member-ends.ts";
import { createOrderRates } from "./order-rate.ts";
import { createPaths } from "./paths.ts";
import { openStore } from "./store-database.ts";
import type { GroupFacts, GroupRecord, GroupStore } from "./store.ts";
import type { FocusTimers } from "./timers.ts";
import { answering, notInvited, Refusal, refusalHeaders, requireOnly } from "./refusal.ts";

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
  readonly refused: () => Refusals;
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
  /** Invitations, and requests that belong to no call. */
  const { refused, count } = createRefusalCount();
  const rates = createOrderRates(limits, () => clock.now());

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
  const groups = createGroups({ ...options, factory, limits, rates, store, log, make: makeGroup });
  let hasTakenUp = false;
  msrp.start();
  connection.start();
  if (options.password === null) takeUp();

  /** Once it is known where this focus is reached. */
  function takeUp(): void {
    if (hasTakenUp) return;
    hasTakenUp = true;
    groups.takeUp();
  }

  function makeGroup(
    conference: string,
    record: GroupRecord,
    kept: GroupFacts | null,
    over: () => void,
  ): Group {
    return createGroup({
      ...options,
      conference,
      record,
      kept,
      log,
      contact: options.contact === "flow" ? conferenceAt(connection.contact, conference) : conference,
      factory,
      limits,
      count,
      takeInvitations: rates.invitations,
      agent,
      msrp,
      paths,
      ends,
      nameOf: options.nameOf ?? (() => null),
      established: (members) => options.onEstablished?.(conference, members),
      over,
    });
  }

  function invited(call: IncomingCall): IncomingCallUser {
    const { request } = call;
    try {
      const conference = conferenceOf(request, factory);
      if (conference === null) return groups.order(call);
      const caller = callerOf(request);
      rates.join(caller.address);
      return groups.at(conference).dialIn(call, caller);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      count(error.message);
      call.refuse(error.status, refusalHeaders(error, domain));
      return nobody;
    }
  }

  function asked(transaction: ServerTransaction): void {
    const { request } = transaction;
    const conference = conferenceOf(request, factory);
    const { method } = request;
    if (method !== "OPTIONS" && method !== "SUBSCRIBE" && method !== "REFER")
      throw new Refusal(405, "not for a focus", { headers: abilities });
    if (conference !== null) return groups.at(conference).ask(transaction, callerOf(request));
    if (method !== "OPTIONS") throw notInvited();
    requireOnly(request, extensions);
    transaction.respond(
      responseTo(request, 200, {
        toTag: freshId(),
        headers: [focusContact(factory), ...abilities, ["Accept", "application/sdp, multipart/mixed"]],
      }),
    );
  }

  return {
    factory,
    groups: groups.all,
    open: () => ({ dialogs: agent.dialogs, transactions: agent.transactions.size }),
    left: (uris) => ends.closed(uris),
    refused: () => allRefusals([agent.transactions.refused, refused]),
    sayGoodbye: () => groups.dissolve(),
    stop: () => {
      connection.stop();
      groups.close();
      ends.stop();
      msrp.stop();
      agent.close();
      if (options.store === undefined) store.close();
    },
  };
}
