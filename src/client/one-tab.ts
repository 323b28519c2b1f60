/**
 * One account is live in one tab of a browser profile (decision 5), settled over the storage that tabs share: Web Locks
 * need https, and this runs on plain http too.
 *
 * Who wants the account asks for it; whoever has it answers, and is silent when its page is gone. Who presses "Use
 * here" takes it, and the other tab lets go. Of two who take it at once the one whose claim is stored stays. Tabs hear
 * of each other by the `storage` event, which is not throttled as the timers of hidden tabs are.
 */
import type { Clock } from "../flow/clock.ts";
import { field, readStored, writeStored, type KeyValue } from "./storage.ts";

/** Calls back with the key that another tab has written. */
export type OtherTabs = (heard: (key: string | null) => void) => void;

export interface OneTab {
  /** `take`: from whoever has it. The answer comes at once where nobody else seems to have it. */
  claim(address: string, how: "ask" | "take", answer: (isHere: boolean) => void): void;
  /** The account is free for others. */
  release(): void;
}

export type OneTabOptions = {
  readonly local: KeyValue;
  readonly otherTabs: OtherTabs;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** How long an answer is waited for. */
  readonly askMs: number;
  /** Another tab has taken the account. */
  readonly lost: () => void;
};

export function createOneTab(options: OneTabOptions): OneTab {
  const { local, clock, freshId, askMs, lost } = options;
  const me = freshId();
  let account: string | null = null;
  let isLive = false;
  let asking: { readonly answer: (isHere: boolean) => void; readonly stop: () => void } | null = null;

  const liveKey = (address: string): string => `${address} live`;
  const askKey = (address: string): string => `${address} ask`;
  const owner = (address: string): unknown => field(readStored(local, liveKey(address)), "page");
  /** Another value each time, or nobody hears of it. */
  const say = (key: string): void => writeStored(local, key, { page: me, once: freshId() });

  function settle(isHere: boolean): void {
    const { answer } = asking ?? {};
    asking?.stop();
    asking = null;
    isLive = isHere;
    if (isHere && account !== null) say(liveKey(account));
    answer?.(isHere);
  }

  options.otherTabs((key) => {
    if (account === null) return;
    if (key === askKey(account) && isLive) return say(liveKey(account));
    const other = owner(account);
    if (key !== liveKey(account) || typeof other !== "string" || other === me) return;
    if (asking !== null) return settle(false);
    if (!isLive) return;
    isLive = false;
    lost();
  });

  function release(): void {
    asking?.stop();
    asking = null;
    if (account !== null && isLive && owner(account) === me) writeStored(local, liveKey(account), null);
    account = null;
    isLive = false;
  }

  return {
    claim: (address, how, answer) => {
      release();
      account = address;
      asking = { answer, stop: () => {} };
      if (how === "take" || typeof owner(address) !== "string") return settle(true);
      asking = { answer, stop: clock.after(askMs, () => settle(true)) };
      say(askKey(address));
    },
    release,
  };
}
