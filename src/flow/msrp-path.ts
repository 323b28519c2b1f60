/**
 * A path through a relay, as Use-Path gives it and as the SDP shows it (RFC 4976 §5.1).
 */
import { headerOf, type MsrpResponse } from "../wire/msrp.ts";
import { parseMsrpUri } from "../wire/msrp-uri.ts";

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

/** null when the answer holds no path that can be used. */
export function readUsePath(frame: MsrpResponse, own: string): MsrpPath | null {
  const usePath = (headerOf(frame, "Use-Path") ?? "").split(" ").filter((uri) => uri !== "");
  try {
    const outermost = parseMsrpUri(usePath.at(-1) ?? "");
    if (outermost.port === null || outermost.sessionId === null) return null;
    const { host, port, scheme } = outermost;
    return { own, usePath, path: [...usePath.toReversed(), own], host, port, tls: scheme === "msrps" };
  } catch {
    return null;
  }
}
