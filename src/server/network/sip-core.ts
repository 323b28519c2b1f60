/**
 * The SIP side of the network, put together: the edge, a participating function per user, the focus's door.
 *
 * Participating functions are made when first needed and reach each other over links in memory that carry text,
 * so that each hop is really parsed and written, and is one row of the trace.
 */
import type { Clock } from "../../flow/clock.ts";
import { allRefusals, createRefusalCount, type Refusals } from "../refusals.ts";
import { memoryLinkPair, type Link } from "../sip/link.ts";
import type { Trace } from "../trace.ts";
import type { Account, Accounts } from "./accounts.ts";
import type { Visitor } from "./admission.ts";
import { createBindings } from "./bindings.ts";
import { createConnection, type Connection, type ConnectionTimers } from "./connection.ts";
import { createFocusPort } from "./focus-port.ts";
import { createHeadCount } from "./head-count.ts";
import { networkLimits, type SipQuotas } from "./limits.ts";
import { createLoginGuard, type LoginGuard } from "./login-guard.ts";
import { createParticipatingFunction, type ParticipatingFunction, type ProxyTimers } from "./proxy.ts";
import { createRegistrar, type RegistrarTimers } from "./registrar.ts";

export type SipCoreTimers = {
  readonly proxy: ProxyTimers;
  readonly registrar: RegistrarTimers;
  readonly connection: ConnectionTimers;
};

export type SipCoreOptions = {
  readonly domain: string;
  readonly accounts: Accounts;
  readonly timers: SipCoreTimers;
  readonly quotas?: SipQuotas;
  /** Shared with the relay: a password is the same there. */
  readonly guard?: LoginGuard;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly trace: Trace;
  readonly log?: (line: string) => void;
};

/** Who is at the two ends of a connection, as the trace names them; it knows them once somebody has said so. */
export interface Names {
  peer: string;
  self: string;
}

export interface SipCore {
  /** Takes over a connection just accepted with subprotocol `sip`. */
  accept(link: Link, names: Names, visitor?: Visitor): void;
  /** The focus's end of a link in memory, bound to the focus account at once. */
  connectFocus(): Link;
  /** Closes every connection of that user. */
  signOut(user: string): void;
  /** Why input was dropped, and how often, over all elements. */
  refused(): Refusals;
  /** Transactions that are not over yet, over all elements. */
  transactions(): number;
  close(): void;
}

/** A user part as one label of a host name: letters and digits as they are, the rest as `-xx`. */
const label = (user: string): string =>
  user.replace(/[^a-z0-9]/gu, (char) => `-${char.codePointAt(0)?.toString(16)}`);

export function createSipCore(options: SipCoreOptions): SipCore {
  const { domain, accounts, timers, clock, trace } = options;
  const quotas = options.quotas ?? networkLimits.sip;
  const guard = options.guard ?? createLoginGuard(networkLimits.login, () => clock.now());
  const bindings = createBindings(() => clock.now(), quotas.bindingsPerUser);
  /** What no element counts, and what those have counted that are gone. */
  const { refused, count } = createRefusalCount();
  const registrar = createRegistrar({
    ...options,
    bindings,
    now: () => clock.now(),
    timers: timers.registrar,
    moved: (user, from) => functions.get(user)?.transactions.sayAgain(from),
  });
  const functions = new Map<string, ParticipatingFunction>();
  const hosts = new Map<string, string>();
  const between = new Map<string, Link>();
  const connections = new Map<Link, Connection>();
  const owners = new Map<Link, string>();
  const ofUser = createHeadCount();
  const mostTransactions = quotas.transactions;

  const port = createFocusPort({
    ...options,
    timers: timers.proxy,
    mostTransactions,
    userOfHost: (host) => hosts.get(host) ?? null,
    attach: (user, link) => {
      const account = accounts.find(user);
      if (account === null || account.isFocus) return false;
      functionOf(account).attachNetwork(link);
      return true;
    },
  });

  function functionOf(account: Account): ParticipatingFunction {
    const known = functions.get(account.user);
    if (known !== undefined) return known;
    const sentBy = `${label(account.user)}.pf.${domain}`;
    const created = createParticipatingFunction({
      ...options,
      account,
      bindings,
      sentBy,
      timers: timers.proxy,
      mostTransactions,
      quotas,
      count,
      linkTo: (user) => linkBetween(account.user, user),
      linkToFocus: () => port.linkFor(account.user),
      successor: (link) => bindings.successor(link),
    });
    functions.set(account.user, created);
    hosts.set(sentBy, account.user);
    return created;
  }

  /** The end that leads from one function to another. */
  function linkBetween(from: string, to: string): Link {
    const known = between.get(`${from} ${to}`);
    if (known !== undefined) return known;
    const [near, far] = memoryLinkPair(`PF ${from}`, `PF ${to}`, trace);
    for (const [user, link] of [
      [from, near],
      [to, far],
    ] as const) {
      const account = accounts.find(user);
      if (account !== null) functionOf(account).attachNetwork(link);
    }
    between.set(`${from} ${to}`, near);
    between.set(`${to} ${from}`, far);
    return near;
  }

  function accept(link: Link, names: Names, visitor?: Visitor): void {
    let gone = (): void => {};
    let leaves = (): void => {};
    const connection = createConnection({
      ...options,
      link,
      address: visitor?.address ?? null,
      guard,
      count,
      registrar,
      timers: timers.connection,
      transactionTimers: timers.proxy,
      mostTransactions,
      hasRoom: (user) => ofUser.of(user) < quotas.connectionsPerUser,
      bind: (account) => {
        leaves = ofUser.add(account.user);
        visitor?.proven();
        owners.set(link, account.user);
        names.peer = account.isFocus ? "X" : account.user;
        names.self = account.isFocus ? "core" : `PF ${account.user}`;
        if (account.isFocus) {
          port.connect(link);
          gone = () => port.disconnect(link);
          return (text) => port.receive(text);
        }
        const home = functionOf(account);
        home.attachDevice(link);
        gone = () => home.transactions.linkClosed(link);
        return (_text, message) => home.transactions.receive(message, link);
      },
    });
    connections.set(link, connection);
    link.onText = (text) => connection.receive(text);
    link.onClose = () => {
      connections.delete(link);
      for (const [reason, times] of connection.transactions.refused) count(reason, times);
      owners.delete(link);
      leaves();
      connection.closed();
      gone();
    };
  }

  const elements = (): readonly { readonly transactions: Connection["transactions"] }[] => [
    ...connections.values(),
    ...functions.values(),
    port,
  ];

  return {
    accept,
    connectFocus: () => {
      const [theirs, ours] = memoryLinkPair("X", "core");
      ours.onText = (text) => port.receive(text);
      ours.onClose = () => port.disconnect(ours);
      port.connect(ours);
      return theirs;
    },
    signOut: (user) => {
      for (const [link, owner] of owners) if (owner === user) link.close();
    },
    refused: () => allRefusals([refused, ...elements().map(({ transactions }) => transactions.refused)]),
    transactions: () => elements().reduce((sum, { transactions }) => sum + transactions.size, 0),
    close: () => {
      for (const link of connections.keys()) link.close();
      for (const { transactions } of elements()) transactions.close();
    },
  };
}
