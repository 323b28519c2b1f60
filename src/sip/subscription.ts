/**
 * Watching a conference (RFC 4575, RFC 6665 §4.1): SUBSCRIBE, its refreshes, the NOTIFYs.
 *
 * Each subscription has a dialog of its own. SIP.js refreshes it in time, and we do on each new connection. Whether to
 * subscribe anew after its end is the app's affair, told by the reason: the notifier's, or `noresource` (404, 481),
 * `rejected` (403 and other refusals) or `timeout` (silence, offline) when there was no last NOTIFY.
 */
import type { Subscription } from "sip.js/lib/core/index.js";
import { conferenceInfoType } from "../wire/conference-info.ts";
import { header, type SipMessage } from "../wire/sip.ts";
import type { Clock } from "../flow/clock.ts";
import type { AgentEvent } from "./agent.ts";
import { allow, type Stack } from "./stack.ts";

const expiresSeconds = 3_600;

export interface Watching {
  /** SUBSCRIBE with Expires 0; no event comes any more. */
  stop(): void;
  /** What was to end it may be lost: let go of it, so that the other end is told with its next NOTIFY (481). */
  connectionLost(): void;
  /**
   * Over another connection. What was told meanwhile may be lost, or the other end have let go: asked anew; and over
   * where not even a first word has come, which SIP.js would wait half a minute for.
   */
  reconnected(): void;
}

/** 64*T1: the NOTIFY that ends what was unsubscribed is not waited for longer. */
const lastNotifyMs = 32_000;

/** Throws TypeError when the URI can't be read. */
export function watch(
  id: string,
  uri: string,
  options: {
    readonly stack: Stack;
    readonly clock: Clock;
    readonly emit: (event: AgentEvent) => void;
    readonly gone: () => void;
  },
): Watching {
  const { stack, clock, emit, gone } = options;
  let subscription: Subscription | null = null;
  let wanted = true;
  let over = false;
  /** The connection broke before anything was heard of it. */
  let isUnheard = false;
  let stopTimer = (): void => {};

  const message = stack.request("SUBSCRIBE", {
    uri,
    to: uri,
    headers: [
      stack.contact(),
      allow,
      ["Event", "conference"],
      ["Expires", String(expiresSeconds)],
      ["Accept", conferenceInfoType],
    ],
  });
  const asked = stack.core.subscribe(message, {
    onNotify: ({ request: notify, subscription: made }) => {
      notify.accept();
      if (made !== undefined) {
        subscription = made;
        made.delegate = {
          onNotify: (next) => {
            next.accept();
            notified(stack.read(next.message));
          },
          onTerminated: () => ended("timeout"),
        };
        if (wanted) made.autoRefresh = true;
        else leave(made);
      }
      notified(stack.read(notify.message));
    },
    onNotifyTimeout: () => ended("timeout"),
    onRedirect: () => ended("rejected"),
    onReject: ({ message: answer }) => {
      const reason = meaningOf(answer.statusCode ?? 500);
      // No answer came, but a NOTIFY: it is by that that a subscription stands (RFC 6665 §4.4.1).
      if (subscription !== null && reason === "timeout") return;
      subscription?.dispose();
      ended(reason);
    },
  });

  function notified(notify: SipMessage | null): void {
    if (notify === null || over) return;
    const { state, reason } = stateOf(notify);
    if (state === "terminated") finish();
    if (wanted) emit({ on: "notified", subscription: id, body: notify.body, terminated: reason });
  }

  function ended(reason: string): void {
    if (over) return;
    finish();
    if (wanted) emit({ on: "notified", subscription: id, body: "", terminated: reason });
  }

  function finish(): void {
    over = true;
    stopTimer();
    gone();
  }

  /** Once and for all: SIP.js would go on refreshing what the other end did not let go of. */
  function leave(left: Subscription): void {
    if (!stack.isOnline()) return letGo(left);
    left.unsubscribe();
    stopTimer = clock.after(lastNotifyMs, () => letGo(left));
  }

  function letGo(left: Subscription): void {
    left.dispose();
    finish();
  }

  return {
    stop: () => {
      if (!wanted || over) return;
      wanted = false;
      if (subscription !== null) leave(subscription);
    },
    connectionLost: () => {
      if (over) return;
      if (subscription === null) isUnheard = true;
      else if (!wanted) letGo(subscription);
    },
    reconnected: () => {
      if (!wanted || over) return;
      if (subscription !== null) subscription.refresh();
      else if (isUnheard) {
        asked.dispose();
        asked.waitNotifyStop(); // so that its NOTIFY, should it come yet, is answered 481
        ended("timeout");
      }
    },
  };
}

/** Subscription-State: `reason` is null while the subscription lives, "" when its end has none. */
function stateOf(notify: SipMessage): { readonly state: string; readonly reason: string | null } {
  const [state = "", ...params] = (header(notify, "Subscription-State") ?? "")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const reason = params.find((param) => param.startsWith("reason="))?.slice("reason=".length) ?? "";
  return { state, reason: state === "terminated" ? reason : null };
}

function meaningOf(status: number): string {
  if (status === 404 || status === 481) return "noresource";
  return status === 408 || (status >= 500 && status < 600) ? "timeout" : "rejected";
}
