/**
 * A client of one MSRP relay: proves who it is and keeps paths in store.
 *
 * RFC 4976 §5.1, §9.1; RFC 7977 §5.3. Each AUTH yields one path, good for one session and for this connection
 * only. Two are kept ready, so that neither an INVITE nor an answer waits for the relay. AUTHs are not pipelined.
 */

/** One path of ours, good for one session. */
export type MsrpPath = {
  /** Our own URI, the last of the path; its session id is what frames are told apart by. */
  readonly own: string;
  /** Use-Path as the relay gave it: the way out. */
  readonly usePath: readonly string[];
  /** What the SDP says: the way in (RFC 4976 §5.1: Use-Path reversed, then our own URI). */
  readonly path: readonly string[];
  /** For the SDP's c= and m= lines: those of the first URI of `path`. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
};
