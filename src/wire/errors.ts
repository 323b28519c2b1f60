/**
 * The one error that `wire` throws: a peer sent something that can't be read.
 *
 * Caught once per socket, answered with `status` (SIP or MSRP, whichever the door speaks), counted and traced.
 * `reason` is safe to send back: it never repeats what came in.
 */
export class ProtocolError extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.name = "ProtocolError";
    this.status = status;
  }
}
