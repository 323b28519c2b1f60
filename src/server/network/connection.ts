/**
 * One WebSocket connection to the network's edge, from the first byte to the user it is bound to (decision 2).
 *
 * Until REGISTER has been proved by digest, nothing else is let in (403). From then on the connection speaks for
 * that user only and is not challenged again. Closed: no REGISTER in time, too many wrong passwords, more said than a
 * REGISTER needs. Who guesses too many of them, here or on other connections, or has too many connections, is told to
 * wait (503), and so is who has many requests on their way before it is known who that is: each is kept for a while.
 *
 * departs from RFC 3261 §18.2.1: no `received` is written into Via. The answer takes the same connection back, and
 * the address would tell the other end where a person is.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import {
  appendHeader,
  formatSip,
  header,
  parseSip,
  responseTo,
  type SipMessage,
  type SipRequest,
} from "../../wire/sip.ts";
import { parseCredentials } from "../../wire/digest.ts";
import { refusalOf } from "../../wire/sip-salvage.ts";
import { parseNameAddr } from "../../wire/sip-uri.ts";
import type { Link } from "../sip/link.ts";
import { createTransactions, type Transactions, type TransactionTimers } from "../sip/transactions.ts";
import type { Account, Accounts } from "./accounts.ts";
import { createAuthentication, type AuthenticationTimers } from "./authentication.ts";
import type { LoginGuard } from "./login-guard.ts";
import type { Registrar } from "./registrar.ts";

export type ConnectionTimers = AuthenticationTimers & {
  /** A connection that has not registered by then is closed. */
  readonly probationMs: number;
};

/** One REGISTER with many contacts, and some room. */
const strangerBytes = 8_192;
/** Of what is answered here, REGISTER and whatever comes before it. */
const mostTransactions = 32;

export interface Connection {
  receive(text: string): void;
  closed(): void;
  readonly transactions: Transactions;
}

export function createConnection(options: {
  readonly link: Link;
  /** Where it comes from; null within this process. */
  readonly address: string | null;
  readonly guard: LoginGuard;
  readonly count: (reason: string) => void;
  readonly domain: string;
  readonly accounts: Accounts;
  readonly registrar: Registrar;
  readonly timers: ConnectionTimers;
  readonly transactionTimers: TransactionTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly log?: (line: string) => void;
  readonly mostTransactions: number;
  /** Whether that person may have one connection more. */
  readonly hasRoom: (user: string) => boolean;
  /** Who this is from now on; what comes afterwards is theirs, REGISTER excepted. */
  readonly bind: (account: Account) => (text: string, message: SipMessage) => void;
}): Connection {
  const { link, domain, registrar, timers, clock, freshId, bind, guard, count } = options;
  const address = options.address ?? "";
  const authentication = createAuthentication({ ...options, realm: domain });
  let bound: {
    readonly account: Account;
    readonly pass: (text: string, message: SipMessage) => void;
  } | null = null;
  let wrong = 0;
  const endProbation = clock.after(timers.probationMs, () => link.close());

  const transactions = createTransactions({
    ...options,
    mostTransactions: Math.min(mostTransactions, options.mostTransactions),
    timers: options.transactionTimers,
    sentBy: `edge.${domain}`,
    user: {
      request: (transaction) => {
        const { request } = transaction;
        if (request.method === "REGISTER") transaction.respond(register(request));
        else transaction.respond(responseTo(request, 403, { toTag: freshId(), reason: "REGISTER first" }));
      },
      ack: () => {},
      cancel: () => {},
    },
  });

  function register(request: SipRequest): ReturnType<Registrar["register"]> {
    if (bound !== null) {
      const user = parseNameAddr(header(request, "To") ?? "").uri.user?.toLowerCase();
      if (user !== bound.account.user)
        return responseTo(request, 403, { toTag: freshId(), reason: "This connection is somebody else's" });
      return registrar.register(request, bound.account.user, link);
    }
    const claimed = claimedUser(request);
    const waitMs = claimed === null ? 0 : guard.waitMs(address, claimed);
    if (waitMs > 0) {
      count("too many wrong passwords");
      const wait = ["Retry-After", String(Math.ceil(waitMs / 1_000))] as const;
      return responseTo(request, 503, {
        toTag: freshId(),
        reason: "Too many wrong passwords",
        headers: [wait],
      });
    }
    const verdict = authentication.check(request);
    if (verdict.is === "challenged")
      return responseTo(request, 401, {
        toTag: freshId(),
        headers: [["WWW-Authenticate", verdict.challenge]],
      });
    if (verdict.is === "refused") {
      wrong += 1;
      count("wrong password");
      guard.failed(address, claimed ?? "");
      if (wrong >= guard.mostPerConnection) clock.after(0, () => link.close());
      return responseTo(request, 403, { toTag: freshId(), reason: "Wrong user or password" });
    }
    const { account } = verdict;
    if (!options.hasRoom(account.user)) {
      count("too many connections of one user");
      return responseTo(request, 503, {
        toTag: freshId(),
        reason: "Too many connections",
        headers: [["Retry-After", "60"]],
      });
    }
    const answer = registrar.register(request, account.user, link);
    if (answer.status >= 300) return answer;
    endProbation();
    guard.proven(address, account.user);
    bound = { account, pass: bind(account) };
    return appendHeader(answer, "Authentication-Info", verdict.info);
  }

  function tooLarge(text: string): void {
    const answer = refusalOf(text, new ProtocolError(513, "too large from a stranger"));
    if (answer !== null) link.send(formatSip(answer));
    count("too large from a stranger");
    link.close();
  }

  return {
    transactions,
    receive: (text) => {
      if (bound === null && text.length > strangerBytes) return tooLarge(text);
      let message: SipMessage;
      try {
        message = parseSip(text);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        transactions.receive(text, link); // reads it again, answers and counts
        return;
      }
      if (message.kind === "request" && message.method === "REGISTER") transactions.receive(message, link);
      else if (bound !== null) bound.pass(text, message);
      else if (message.kind === "request") transactions.receive(message, link);
    },
    closed: () => {
      endProbation();
      transactions.close();
    },
  };
}

/** Throws ProtocolError(400) for credentials that can't be read. */
function claimedUser(request: SipRequest): string | null {
  const value = header(request, "Authorization");
  return value === null ? null : parseCredentials(value).username;
}
