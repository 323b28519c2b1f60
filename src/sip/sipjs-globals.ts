/**
 * The three things SIP.js keeps for the whole program, set right in one place.
 *
 * Branches: SIP.js draws them from ten million values and matches answers by branch alone, so that one call can
 * take another's 200 (RFC 3261 §8.1.1.7 wants them unique across space and time). Tags and Call-IDs are arguments
 * of each message, see `stack.ts`. Allowed methods: only what this client does; the rest SIP.js answers 405 itself,
 * PRACK and REFER among them, which it would otherwise throw at or follow.
 */
import { ClientTransaction, OutgoingRequestMessage } from "sip.js/lib/core/index.js";
import { AllowedMethods } from "sip.js/lib/core/user-agent-core/allowed-methods.js";

export const allowed: readonly string[] = ["INVITE", "ACK", "CANCEL", "BYE", "NOTIFY", "OPTIONS", "MESSAGE"];

let source: (() => string) | null = null;

/** Ids of all agents of this program come from the newest agent's source. */
export function drawIdsFrom(freshId: () => string): void {
  if (source === null) {
    AllowedMethods.splice(0, AllowedMethods.length, ...allowed);
    Object.assign(ClientTransaction, {
      makeId: (request: OutgoingRequestMessage): string =>
        request.method === "CANCEL" && request.branch !== undefined ? request.branch : freshBranch(),
    });
    // The ACK of a 2xx has no transaction, and SIP.js makes its branch on the spot.
    const setViaHeader = Reflect.get(OutgoingRequestMessage.prototype, "setViaHeader") as (
      this: OutgoingRequestMessage,
      branch: string,
      transport: string,
    ) => void;
    OutgoingRequestMessage.prototype.setViaHeader = function (branch: string, transport: string): void {
      setViaHeader.call(this, this.method === "ACK" ? freshBranch() : branch, transport);
    };
  }
  source = freshId;
}

const freshBranch = (): string => `z9hG4bK${source?.() ?? ""}`;
