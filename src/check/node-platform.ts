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
  let trouble: Trouble | null = null;
  let tls: Tls | null = null;
  let isConnected = false;
  const socket = new WebSocket(url, subprotocol, {
    perMessageDeflate: false,
    ...(origin === null ? {} : { origin }),
    finishRequest: (request) => {
      request.once("socket", (under) => {
        under.once("connect", () => (isConnected = true));
        under.once("secureConnect", () => (tls = under instanceof TLSSocket ? tlsOf(under) : null));
      });
      request.end();
    },
  });
  const way = (): Way => {
    if (!isConnected) return "not yet";
    return url.startsWith("wss:") && tls === null ? "at TLS" : "open";
  };
  socket.on("unexpected-response", (_request, { statusCode, headers }) => {
    trouble ??= httpTrouble(statusCode ?? 0, headers.location ?? null);
    socket.terminate();
  });
  socket.on("error", (error) => {
    // This end has given up, which says nothing of the other.
    if (!error.message.includes("closed before the connection was established"))
      trouble ??= troubleOf(error, way());
  });
  return {
    socket: socket as unknown as Socket,
    trouble: () => trouble ?? (socket.readyState === WebSocket.OPEN ? null : silence(way())),
    tls: () => tls,
  };
}

/** How far a connection has come. */
type Way = "not yet" | "at TLS" | "open";

/** Never opened, and no error. */
function silence(way: Way): Trouble {
  if (way === "not yet") return { is: "silent", text: "no answer in time", status: null };
  return way === "at TLS"
    ? { is: "no-tls", text: "it takes the connection and does not answer in TLS", status: null }
    : { is: "mute", text: "it takes the connection and does not answer", status: null };
}

/** A web server's answer where a WebSocket is expected. */
const httpTrouble = (status: number, location: string | null): Trouble => ({
  is: "http",
  text: `it answers ${status} ${location === null ? "where a WebSocket is expected" : `and sends to ${location}`}`,
  status,
});

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

function troubleOf(error: Error, way: Way): Trouble {
  const told = (is: Trouble["is"], text: string): Trouble => ({ is, text, status: null });
  const code = codeOf(error);
  const known = kinds.get(code);
  if (known !== undefined) return told(...known);
  if (/subprotocol/i.test(error.message)) return told("subprotocol", "it answers without that subprotocol");
  // A name that leads to several addresses gives an error for each.
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  if (first instanceof Error) return troubleOf(first, way);
  if (code.startsWith("HPE_")) return told("no-http", "what answers there is no web server");
  if (/^(?:EPROTO|ERR_SSL_)/.test(code)) return told("no-tls", handshakeText(error.message));
  if (code === "ECONNRESET" || code === "EPIPE")
    return way === "at TLS"
      ? told("no-tls", "it closes the connection at the TLS handshake")
      : told("closed", "it closes the connection without an answer");
  const text = error.message === "" ? code : error.message;
  return told(/^(?:CERT_|ERR_TLS_|UNABLE_TO_)/.test(code) ? "certificate" : "other", text);
}

/** OpenSSL's own words stand between codes, and those for bytes that are no TLS speak of versions and lengths. */
function handshakeText(message: string): string {
  const [, reason = message] = /SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  return /wrong version number|packet length too long|http request/.test(reason)
    ? "what answers there is not TLS"
    : `the TLS handshake fails: ${reason}`;
}

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "");
