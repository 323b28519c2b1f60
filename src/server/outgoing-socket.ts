/**
 * A WebSocket that this program opens to a server elsewhere, for SIP and for MSRP alike.
 *
 * It says in plain words why it could not be opened, and it notices a peer that is gone without a word: a ping that
 * is not answered by the next one cuts the connection (RFC 6455 §5.5.2). Refused: redirects and compression.
 */
import { WebSocket } from "ws";
import { everyPing } from "./pinging.ts";

export type OutgoingSocketOptions = {
  readonly url: string;
  readonly protocol: "sip" | "msrp";
  readonly pingMs: number;
  /** Why it never opened, once. */
  readonly onProblem: (why: string) => void;
};

const openWithinMs = 10_000;

export function openOutgoing({ url, protocol, pingMs, onProblem }: OutgoingSocketOptions): WebSocket {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: false, handshakeTimeout: openWithinMs });
  let opened = false;
  let answered = true;
  const stop = everyPing(pingMs, (isFair) => {
    if (!opened) return;
    if (!answered && isFair) return socket.terminate();
    answered = false;
    socket.ping(() => {});
  });
  socket.on("open", () => (opened = true));
  socket.on("pong", () => (answered = true));
  socket.on("error", (error) => {
    if (!opened) onProblem(reasonOf(error, protocol));
  });
  socket.on("close", stop);
  return socket;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "nobody listens there"],
  ["ENOTFOUND", "there is no host of that name"],
  ["EAI_AGAIN", "the name can't be looked up just now"],
  ["ETIMEDOUT", "no answer"],
  ["EHOSTUNREACH", "no way there"],
  ["ENETUNREACH", "no way there"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is signed by itself; NODE_EXTRA_CA_CERTS can name it"],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "who signed its certificate is not known here; NODE_EXTRA_CA_CERTS can name them",
  ],
]);

function reasonOf(error: Error, protocol: string): string {
  const code = "code" in error ? String(error.code) : "";
  const known = reasons.get(code);
  if (known !== undefined) return known;
  const [, status] = /Unexpected server response: ([0-9]{3})/.exec(error.message) ?? [];
  if (status !== undefined) return `it answers ${status} where a WebSocket is expected`;
  if (/subprotocol/i.test(error.message)) return `it does not speak the subprotocol "${protocol}"`;
  return error.message === "" ? code : error.message;
}
