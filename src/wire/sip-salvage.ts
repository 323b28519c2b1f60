/**
 * The answer to a request that could not be read: as much of §8.2.6 as its lines still give.
 *
 * Null when it was an ACK, a response, or lacks what an answer needs; then nothing can be said to anybody.
 */
import type { ProtocolError } from "./errors.ts";
import { reasonOf } from "./sip-reasons.ts";
import type { SipHeader, SipResponse } from "./sip.ts";

const names: ReadonlyMap<string, string> = new Map([
  ["via", "Via"],
  ["v", "Via"],
  ["from", "From"],
  ["f", "From"],
  ["to", "To"],
  ["t", "To"],
  ["call-id", "Call-ID"],
  ["i", "Call-ID"],
  ["cseq", "CSeq"],
]);
const needed = ["Via", "From", "To", "Call-ID", "CSeq"];
const maxHead = 16_384;

export function refusalOf(text: string, error: ProtocolError): SipResponse | null {
  const [first = "", ...rest] = text.slice(0, maxHead).trimStart().split("\r\n");
  const method = /^([A-Z]{1,32}) .{1,2048} SIP\/[0-9.]{1,8}\s?$/i.exec(first)?.[1];
  if (method === undefined || method.toUpperCase() === "ACK") return null;
  const fields: SipHeader[] = [];
  for (const line of rest) {
    if (line === "") break;
    const colon = line.indexOf(":");
    const name = names.get(line.slice(0, colon).trim().toLowerCase());
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || name === undefined || /\p{Cc}/u.test(value)) continue;
    if (name === "Via" || !fields.some(([other]) => other === name)) fields.push([name, value]);
  }
  if (!needed.every((name) => fields.some(([other]) => other === name))) return null;
  const reason = `${reasonOf(error.status)}: ${error.message}`;
  return { kind: "response", status: error.status, reason, headers: fields, body: "" };
}
