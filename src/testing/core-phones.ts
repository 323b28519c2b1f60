/**
 * The SIP side of the network alone, and telephones that hang on it by links in memory: time stands still until a test
 * moves it, and the trace has what the edge of a box would write.
 */
import { createAccounts, demoPeople } from "../server/network/accounts.ts";
import { createSipCore, type SipCore } from "../server/network/sip-core.ts";
import { memoryLinkPair } from "../server/sip/link.ts";
import { serverTimers } from "../server/timers.ts";
import { createTrace, type Trace } from "../server/trace.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { phoneOver, type Phone } from "./raw-phone.ts";

export interface CorePhones {
  readonly clock: ManualClock;
  readonly trace: Trace;
  readonly core: SipCore;
  /** Connected, no more. */
  phone(user: string): Phone;
  signedIn(user: string): Promise<Phone>;
}

/** Its focus has the password `focus-secret`. */
export function corePhones(): CorePhones {
  let ids = 0;
  const clock = manualClock();
  const trace = createTrace({ keep: true, now: () => clock.now() });
  const core = createSipCore({
    domain: "segue.example",
    accounts: createAccounts("segue.example", demoPeople, { password: "focus-secret" }),
    timers: serverTimers,
    clock,
    freshId: () => `id${(ids += 1)}`,
    trace,
  });
  const phone = (user: string): Phone => {
    const names = { peer: user, self: `PF ${user}` };
    const [theirs, ours] = memoryLinkPair(user, names.self, trace);
    core.accept(ours, names);
    return phoneOver(theirs, user);
  };
  return {
    clock,
    trace,
    core,
    phone,
    signedIn: async (user) => {
      const one = phone(user);
      const { status } = await one.register();
      if (status !== 200) throw new Error(`${user} can't sign in: ${status}`);
      return one;
    },
  };
}
