/** A request that is answered at the door, with what the status needs said beside it (RFC 3261 §21.4). */
import { ProtocolError } from "../wire/errors.ts";
import type { SipHeader } from "../wire/sip.ts";

export class Refusal extends ProtocolError {
  readonly headers: readonly SipHeader[];

  constructor(status: number, reason: string, more: readonly SipHeader[] = []) {
    super(status, reason);
    this.name = "Refusal";
    this.headers = more;
  }
}
