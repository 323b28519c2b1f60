/** SIP read and written by our own stack, against SIP.js on the same messages: why the server has one of its own. */
import { Grammar, LoggerFactory, OutgoingRequestMessage, Parser } from "sip.js/lib/core/index.js";
import type { Bench } from "../testing/bench-measure.ts";
import { formatSip, parseSip, type SipMessage } from "../wire/sip.ts";

const own = (method: string, more: readonly string[], body = ""): string =>
  [
    `${method} sip:bob@segue.example SIP/2.0`,
    "Via: SIP/2.0/WSS edge.segue.example;branch=z9hG4bK7d2c0e4f9a1b3c5d;received=192.0.2.7",
    "Via: SIP/2.0/WSS a3f9c1.invalid;branch=z9hG4bK0a1b2c3d4e5f6071;rport",
    "Record-Route: <sip:edge.segue.example;transport=ws;lr;flow=9f8e7d6c5b4a>",
    "Max-Forwards: 69",
    'From: "Alice Moreau" <sip:alice@segue.example>;tag=9fxced76sl',
    "To: <sip:bob@segue.example>",
    "Call-ID: 3848276298220188511@atlanta.example.com",
    `CSeq: 2 ${method}`,
    ...more,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join("\r\n");

const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 relay.segue.example",
  "s=-",
  "c=IN IP4 relay.segue.example",
  "t=0 0",
  "m=message 5080 TCP/MSRP *",
  "a=accept-types:message/cpim",
  "a=path:msrp://relay.segue.example:5080/jshA7we;tcp msrp://a3f9c1.invalid:2855/kjhd37s2s;ws",
  "a=setup:active",
  "",
].join("\r\n");

const invite = own(
  "INVITE",
  [
    'Contact: <sip:alice@segue.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>;+g.3gpp.icsi-ref="x"',
    "Supported: replaces, gruu, outbound",
    "Allow: INVITE, ACK, CANCEL, BYE, MESSAGE, OPTIONS, NOTIFY, REFER",
    "P-Asserted-Identity: <sip:alice@segue.example>",
    "Contribution-ID: 3d1f0b8a4c5e4f6da7b8c9d0e1f2a3b4",
    "Content-Type: application/sdp",
  ],
  sdp,
);
const message = own("MESSAGE", ["Content-Type: text/plain"], "Are you there? The train is late again.");

const silent = new LoggerFactory();
silent.builtinEnabled = false;
const logger = silent.getLogger("bench");

const parsed = (what: string, text: string): Bench => ({
  part: "wire",
  what: `SIP ${what} read`,
  baseline: "SIP.js's parser, the same message",
  open: () => ({ ours: () => parseSip(text), baseline: () => Parser.parseMessage(text, logger) }),
});

/** The same fields and values on both sides. */
function openWriting(): ReturnType<Bench["open"]> {
  const ours: SipMessage = parseSip(message);
  const uri = Grammar.URIParse("sip:bob@segue.example");
  const from = Grammar.URIParse("sip:alice@segue.example");
  if (uri === undefined || from === undefined) throw new Error("SIP.js reads no URI");
  const theirs = new OutgoingRequestMessage(
    "MESSAGE",
    uri,
    from,
    uri,
    { callId: "3848276298220188511@atlanta.example.com", cseq: 2, fromTag: "9fxced76sl" },
    ["Record-Route: <sip:edge.segue.example;transport=ws;lr;flow=9f8e7d6c5b4a>"],
    {
      contentDisposition: "render",
      contentType: "text/plain",
      content: "Are you there? The train is late again.",
    },
  );
  theirs.setViaHeader("z9hG4bK0a1b2c3d4e5f6071", "WSS");
  return { ours: () => formatSip(ours), baseline: () => theirs.toString() };
}

export const benches: readonly Bench[] = [
  parsed("INVITE", invite),
  parsed("MESSAGE", message),
  { part: "wire", what: "SIP MESSAGE written", baseline: "SIP.js, the same message", open: openWriting },
];
