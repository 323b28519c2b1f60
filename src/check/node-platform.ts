/**
 * Node as a platform of "Check this server": sockets that say why they did not open, certificates, and names.
 *
 * With the address of a page it asks as that page would, since servers look at Origin (RFC 6455 §10.2).
 */
import { lookup } from "node:dns/promises";
import { TLSSocket } from "node:tls";
import { WebSocket } from "ws";
import type { Opening, Platform } from "../client/check/platform.ts";
import type { Tls, Trouble } from "../client/check/seen.ts";
import type { Socket } from "../sip/agent.ts";

export const nodePlatform = (page: string | null): Platform => ({
  open: (url, subprotocol) => open(url, subprotocol, page === null ? null : new URL(page).origin),
  page,
  addresses: (host) =>
    lookup(host.replace(/^\[|\]$/g, ""), { all: true }).then(
      (all) => all.map(({ address }) => address),
      () => null,
    ),
  permission: () => Promise.resolve(null),
  // Here a socket says itself why it did not open.
  reaches: () => Promise.resolve(null),
});

function open(url: string, subprotocol: string, origin: string | null): Opening {
  const socket = new WebSocket(url, subprotocol, {
    perMessageDeflate: false,
    ...(origin === null ? {} : { origin }),
  });
  let trouble: Trouble | null = null;
  let tls: Tls | null = null;
  socket.on("upgrade", ({ socket: under }) => {
    tls = under instanceof TLSSocket ? tlsOf(under) : null;
  });
  socket.on("error", (error) => {
    trouble ??= troubleOf(error);
  });
  return { socket: socket as unknown as Socket, trouble: () => trouble ?? silence(socket), tls: () => tls };
}

/** Never opened, and no error: nobody said anything. */
const silence = (socket: WebSocket): Trouble | null =>
  socket.readyState === WebSocket.OPEN ? null : { is: "silent", text: "no answer in time", status: null };

function tlsOf(socket: TLSSocket): Tls {
  const { subject, subjectaltname, valid_to: until } = socket.getPeerCertificate();
  const [, named] = /DNS:([^,\s]+)/.exec(subjectaltname ?? "") ?? [];
  return {
    version: socket.getProtocol() ?? "TLS",
    name: named ?? String(subject?.CN ?? "no name"),
    until: Number.isNaN(Date.parse(until)) ? until : new Date(until).toISOString().slice(0, 10),
  };
}

const kinds: ReadonlyMap<string, readonly [is: Trouble["is"], text: string]> = new Map([
  ["ECONNREFUSED", ["refused", "nobody listens there"]],
  ["ENOTFOUND", ["no-name", "there is no host of that name"]],
  ["EAI_AGAIN", ["no-name", "the name can’t be looked up just now"]],
  ["ETIMEDOUT", ["silent", "no answer"]],
  ["EHOSTUNREACH", ["no-way", "no way there"]],
  ["ENETUNREACH", ["no-way", "no way there"]],
  ["CERT_HAS_EXPIRED", ["certificate", "it has expired"]],
  ["CERT_NOT_YET_VALID", ["certificate", "it is not valid yet"]],
  ["ERR_TLS_CERT_ALTNAME_INVALID", ["certificate", "it is for another name"]],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", ["certificate", "it is signed by itself"]],
  ["SELF_SIGNED_CERT_IN_CHAIN", ["certificate", "its authority is not known here"]],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ["certificate", "its chain is not whole, or its authority is not known here"],
  ],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", ["certificate", "its authority is not known here"]],
]);

export function troubleOf(error: Error): Trouble {
  const code = codeOf(error);
  const known = kinds.get(code);
  if (known !== undefined) return { is: known[0], text: known[1], status: null };
  const [, status] = /Unexpected server response: ([0-9]{3})/.exec(error.message) ?? [];
  if (status !== undefined)
    return { is: "http", text: `it answers ${status} where a WebSocket is expected`, status: Number(status) };
  if (/subprotocol/i.test(error.message))
    return { is: "subprotocol", text: "it answers without that subprotocol", status: null };
  // A name that leads to several addresses gives an error for each.
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  if (first instanceof Error) return troubleOf(first);
  const isTls = /^(?:CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(code);
  const text = error.message === "" ? code : error.message;
  return { is: isTls ? "certificate" : "other", text, status: null };
}

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "");
