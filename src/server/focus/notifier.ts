/**
 * Who watches a group, and what they are told (RFC 4575 §3, RFC 6665 §4.2).
 *
 * Each subscription has its own version. Its first document is full, and so are the last, that after a refresh and that
 * after one that was not heard; the others say what is different. The first change goes out at once, then at most one a
 * second; nothing goes out before the last NOTIFY was answered, except the very last one, which waits for nobody.
 * Refused: another event package (489), that of referrals (403), another format (406), too short a time (423), an
 * extension required and unknown (420).
 *
 * departs from RFC 6665 §4.2.2: a watcher who is not connected (480) keeps the subscription and is told again a
 * little later, because browsers come back within seconds.
 */
import type { Clock } from "../../flow/clock.ts";
import { conferenceInfoType } from "../../wire/conference-info.ts";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { contentOf, recordRoutesOf } from "../sip/call.ts";
import { calleeDialog, keyOf, type Dialog } from "../sip/dialog.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import type { Description, People } from "./group-description.ts";
import { abilities } from "./invitation.ts";
import { answering, Refusal, requireOnly } from "./refusal.ts";

export type NotifierTimers = {
  readonly subscribeMinSeconds: number;
  readonly subscribeMaxSeconds: number;
  /** At most one NOTIFY in this time, to one watcher. */
  readonly notifyMs: number;
  /** A watcher who could not be reached is told again after this. */
  readonly notifyAgainMs: number;
};

export type NotifierLimits = {
  /** Of one group, and of one person there. */
  readonly watchers: number;
  readonly watchersOfOne: number;
};

export type NotifierOptions = {
  readonly agent: UserAgent;
  /** Of the focus. */
  readonly contact: SipHeader;
  readonly timers: NotifierTimers;
  readonly limits: NotifierLimits;
  readonly domain: string;
  readonly count: (reason: string) => void;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly document: Description["roster"];
  /** Whether this person may go on watching. */
  readonly mayWatch: (who: string) => boolean;
};

export interface Notifier {
  /** Answers a SUBSCRIBE, new or again; `dialog`: the call it came in. Throws Refusal. */
  subscribe(transaction: ServerTransaction, who: string, dialog: Dialog | null): void;
  /** Something in the document is different now. */
  changed(): void;
  /** The last NOTIFY for everybody, at once. */
  finish(): void;
  readonly watchers: number;
}

type Watcher = {
  readonly who: string;
  readonly dialog: Dialog;
  readonly event: string;
  expiresAt: number;
  version: number;
  /** What the last one told that was heard; null: the next one tells all. */
  known: People | null;
  /** A refresh is to be answered by all of it. */
  wantsAll: boolean;
  /** When the next one may go. */
  nextAt: number;
  waiting: boolean;
  dirty: boolean;
  stopExpiry: () => void;
  stopNext: () => void;
  close: () => void;
};

export function createNotifier(options: NotifierOptions): Notifier {
  const { agent, contact, timers, limits, count, clock, freshId, document, mayWatch } = options;
  const watchers = new Map<string, Watcher>();

  function subscribe(transaction: ServerTransaction, who: string, within: Dialog | null): void {
    const { request } = transaction;
    const seconds = readSubscription(request);
    const event = header(request, "Event") ?? "";
    const known = within === null ? undefined : watchers.get(keyFor(within, event));
    if (known === undefined) makeRoomFor(who);
    const dialog = within ?? calleeDialog(request, freshId());
    transaction.respond(
      responseTo(request, 200, {
        toTag: dialog.localTag,
        headers: [...recordRoutesOf(request), contact, ["Expires", String(seconds)], ...abilities],
      }),
    );
    const watcher = known ?? begin(who, dialog, event, within === null);
    dialog.retarget(request);
    watcher.stopExpiry();
    watcher.expiresAt = clock.now() + seconds * 1_000;
    if (seconds === 0) stop(watcher, "timeout");
    else {
      watcher.stopExpiry = clock.after(seconds * 1_000, () => stop(watcher, "timeout"));
      watcher.wantsAll = true;
      notify(watcher);
    }
  }

  /** Pages that are gone without a word make room for the newest of the same person. */
  function makeRoomFor(who: string): void {
    const own = all().filter((watcher) => watcher.who === who);
    const [oldest] = own;
    if (oldest !== undefined && own.length >= limits.watchersOfOne) {
      count("too many watch for one person");
      stop(oldest, "rejected");
    } else if (watchers.size >= limits.watchers) throw new Refusal(480, "too many watch");
  }

  function readSubscription(request: SipRequest): number {
    requireOnly(request, []);
    const [name = ""] = (header(request, "Event") ?? "").split(";");
    const event = name.trim().toLowerCase();
    // RFC 3515 §2.4.4: such a subscription is made by a REFER and by nothing else.
    if (event === "refer") throw new Refusal(403, "no such referral");
    if (event !== "conference")
      throw new Refusal(489, "another event package", { headers: [["Allow-Events", "conference"]] });
    const accepted = headers(request, "Accept").join(",").toLowerCase();
    if (
      accepted !== "" &&
      !accepted.includes(conferenceInfoType) &&
      !/(?:application\/|\*\/)\*/.test(accepted)
    )
      throw new Refusal(406, "another format");
    const wanted = header(request, "Expires") ?? "";
    const seconds = /^[0-9]{1,10}$/.test(wanted) ? Number(wanted) : timers.subscribeMaxSeconds;
    if (seconds > 0 && seconds < timers.subscribeMinSeconds)
      throw new Refusal(423, "too short", {
        headers: [["Min-Expires", String(timers.subscribeMinSeconds)]],
      });
    return Math.min(seconds, timers.subscribeMaxSeconds);
  }

  function begin(who: string, dialog: Dialog, event: string, ownDialog: boolean): Watcher {
    const key = keyFor(dialog, event);
    const release = ownDialog ? agent.open(dialog, (transaction) => again(transaction, watcher)) : () => {};
    const watcher: Watcher = {
      who,
      dialog,
      event,
      expiresAt: 0,
      version: 0,
      known: null,
      wantsAll: true,
      nextAt: 0,
      waiting: false,
      dirty: false,
      stopExpiry: () => {},
      stopNext: () => {},
      close: () => {
        watcher.stopExpiry();
        watcher.stopNext();
        watchers.delete(key);
        release();
      },
    };
    watchers.set(key, watcher);
    return watcher;
  }

  /** A request in a dialog that a SUBSCRIBE made. */
  function again(transaction: ServerTransaction, watcher: Watcher): void {
    const { request } = transaction;
    const refuse = (status: number): void => transaction.respond(responseTo(request, status));
    if (!watcher.dialog.takes(request)) refuse(500);
    else if (request.method !== "SUBSCRIBE") refuse(request.method === "OPTIONS" ? 200 : 405);
    else if (!mayWatch(watcher.who)) refuse(403);
    else answering(transaction, options, () => subscribe(transaction, watcher.who, watcher.dialog));
  }

  function notify(watcher: Watcher): void {
    watcher.stopNext();
    if (watcher.waiting) {
      watcher.dirty = true;
      return;
    }
    watcher.waiting = true;
    watcher.dirty = false;
    const left = Math.max(0, Math.ceil((watcher.expiresAt - clock.now()) / 1_000));
    const known = watcher.wantsAll ? null : watcher.known;
    watcher.wantsAll = false;
    send(watcher, `active;expires=${left}`, known, (status, people) => {
      watcher.waiting = false;
      watcher.known = status < 300 ? people : null;
      if (watchers.get(keyFor(watcher.dialog, watcher.event)) !== watcher) return;
      if (isGone(status)) watcher.close();
      else if (status >= 300) {
        watcher.stopNext();
        watcher.stopNext = clock.after(timers.notifyAgainMs, () => notify(watcher));
      } else if (watcher.dirty) schedule(watcher);
    });
  }

  function send(
    watcher: Watcher,
    state: string,
    known: People | null,
    answered: (status: number, people: People) => void,
  ): void {
    const { document: body, people } = document((watcher.version += 1), known);
    const request = watcher.dialog.request("NOTIFY", {
      headers: [
        contact,
        ["Event", watcher.event],
        ["Subscription-State", state],
        contentOf(conferenceInfoType),
      ],
      body,
    });
    agent.send(request, {
      response: ({ status }) => {
        if (status >= 200) answered(status, people);
      },
      failed: (status) => answered(status, people),
    });
  }

  function schedule(watcher: Watcher): void {
    const wait = watcher.nextAt - clock.now();
    watcher.stopNext();
    if (wait > 0) watcher.stopNext = clock.after(wait, () => schedule(watcher));
    else {
      watcher.nextAt = clock.now() + timers.notifyMs;
      notify(watcher);
    }
  }

  function stop(watcher: Watcher, reason: string): void {
    send(watcher, `terminated;reason=${reason}`, null, () => {});
    watcher.close();
  }

  const all = (): readonly Watcher[] => [...watchers.values()];

  return {
    subscribe,
    changed: () => {
      for (const watcher of all())
        if (!mayWatch(watcher.who)) stop(watcher, "rejected");
        else if (watcher.waiting) watcher.dirty = true;
        else schedule(watcher);
    },
    finish: () => {
      for (const watcher of all()) stop(watcher, "noresource");
    },
    get watchers() {
      return watchers.size;
    },
  };
}

const keyFor = (dialog: Dialog, event: string): string => `${keyOf(dialog)} ${event}`;

/** RFC 6665 §4.2.2 and RFC 5057: the other end has no such subscription, or never will. 408: it is silent. */
const isGone = (status: number): boolean =>
  [404, 405, 408, 410, 416, 481, 489, 501, 603, 604].includes(status);
