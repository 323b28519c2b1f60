/** MSRP frames and CPIM, against the least a program could do with the same content: JSON, or a copy of the bytes. */
import type { Bench } from "../testing/bench-measure.ts";
import { formatCpim, parseCpim, type Cpim } from "./cpim.ts";
import { formatFrame, parseFrame, type MsrpRequest } from "./msrp.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const send = (body: Uint8Array): MsrpRequest => ({
  kind: "request",
  tid: "d93kswow93kswow9",
  method: "SEND",
  toPath: [
    "msrp://relay.segue.example:5080/jshA7weztas0;tcp",
    "msrp://b7c2d1.invalid:2855/kjhd37s2s20w2a;ws",
  ],
  fromPath: ["msrp://a3f9c1.invalid:2855/49dufdje2iuj3d;ws"],
  headers: [
    ["Message-ID", "5f2b8c7e9d0a4b6c"],
    ["Success-Report", "yes"],
    ["Failure-Report", "yes"],
    ["Byte-Range", `1-*/${body.length}`],
  ],
  contentType: "message/cpim",
  body,
  continuation: "$",
});

const letters = (bytes: number): Uint8Array =>
  encodeUtf8("What is said here. ".repeat(bytes / 19 + 1)).slice(0, bytes);
/** Each of them may begin an end-line, until it is looked at. */
const dashes = (bytes: number): Uint8Array =>
  encodeUtf8("-------d93kswow93kswow".repeat(bytes / 22 + 1)).slice(0, bytes);

/** What JSON would carry of it. */
const asJson = (frame: MsrpRequest): object => ({
  ...frame,
  body: decodeUtf8(frame.body ?? new Uint8Array()),
});
const parseJson = (bytes: Uint8Array): unknown => JSON.parse(decodeUtf8(bytes) ?? "");

const said = (bytes: number): Cpim => ({
  from: { displayName: "Alice Moreau", uri: "sip:alice@segue.example" },
  to: { displayName: "", uri: "sip:conference-factory@segue.example;conf=0c1d2e3f4a5b" },
  dateTime: "2026-11-25T10:00:00.000Z",
  messageId: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  dispositionNotification: ["positive-delivery"],
  otherHeaders: [],
  contentType: "text/plain;charset=UTF-8",
  contentHeaders: [],
  body: letters(bytes),
});

function frameRead(bytes: number, words: string): Bench {
  return {
    part: "wire",
    what: `MSRP chunk of ${words} read`,
    baseline: "JSON.parse of the same",
    open: () => {
      const frame = send(letters(bytes));
      const [ours, json] = [formatFrame(frame), encodeUtf8(JSON.stringify(asJson(frame)))];
      return { ours: () => parseFrame(ours), baseline: () => parseJson(json) };
    },
  };
}

function frameWritten(bytes: number, words: string): Bench {
  return {
    part: "wire",
    what: `MSRP chunk of ${words} written`,
    baseline: "JSON.stringify of the same",
    open: () => {
      const frame = send(letters(bytes));
      const json = asJson(frame);
      return { ours: () => formatFrame(frame), baseline: () => encodeUtf8(JSON.stringify(json)) };
    },
  };
}

function grows(
  what: string,
  read: (bytes: Uint8Array) => unknown,
  input: (bytes: number) => Uint8Array,
): Bench {
  return {
    part: "wire",
    what,
    baseline: "a tenth of it",
    growth: 10,
    open: () => {
      const [small, large] = [input(64_000), input(640_000)];
      return { ours: () => read(large), baseline: () => read(small) };
    },
  };
}

export const benches: readonly Bench[] = [
  frameRead(200, "200 B"),
  frameRead(65_536, "64 KB"),
  frameWritten(200, "200 B"),
  frameWritten(65_536, "64 KB"),
  grows("MSRP chunk of 640 KB read", parseFrame, (bytes) => formatFrame(send(letters(bytes)))),
  grows("the same, all of it almost end-lines", parseFrame, (bytes) => formatFrame(send(dashes(bytes)))),
  {
    part: "wire",
    what: "CPIM of 200 B read",
    baseline: "JSON.parse of the same",
    open: () => {
      const cpim = said(200);
      const json = encodeUtf8(JSON.stringify({ ...cpim, body: decodeUtf8(cpim.body) }));
      const bytes = formatCpim(cpim);
      return { ours: () => parseCpim(bytes), baseline: () => parseJson(json) };
    },
  },
  {
    part: "wire",
    what: "CPIM of 200 B written",
    baseline: "JSON.stringify of the same",
    open: () => {
      const cpim = said(200);
      const json = { ...cpim, body: decodeUtf8(cpim.body) };
      return { ours: () => formatCpim(cpim), baseline: () => encodeUtf8(JSON.stringify(json)) };
    },
  },
  grows("CPIM of 640 KB read", parseCpim, (bytes) => formatCpim(said(bytes))),
];
