/**
 * The lines that need the SIP server: REGISTER with its challenge, the factory, one's own request come round, who the
 * server says has sent it, and how large it may be (RFC 3261 §10, §11, §16; RFC 3325; RFC 3840 and RFC 4579 for the
 * focus; RFC 5366 for lists).
 */
import { parseChallenge } from "../../wire/digest.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { hasToken, header, headers, parseSip, type SipResponse } from "../../wire/sip.ts";
import { addressOf, formatSipUri, parseNameAddr, type NameAddr } from "../../wire/sip-uri.ts";
import type { Heard, RegisterHeard, SipProbe } from "../../sip/probe.ts";
import { domainOf } from "../addresses.ts";
import { findLargest, roomFor } from "./largest.ts";
import { bytesOfPerson, compare, ownRequest, type OwnRequestOptions } from "./own-request.ts";
import type { DigestSeen, FactorySeen, IdentitySeen, RegisterSeen, SizeSeen, UnchangedSeen } from "./seen.ts";

/** As many as a focus of ours takes, if not told otherwise. */
const wantedPeople = 100;

export type SipLinesOptions = {
  readonly probe: SipProbe;
  readonly address: string;
  readonly instanceId: string;
  readonly factory: string | null;
  readonly behindB2bua: boolean;
  readonly freshId: () => string;
};

export const digestSeen = (challenges: readonly string[]): DigestSeen => ({
  offered: challenges.map((challenge) => {
    try {
      const { algorithm, qop } = parseChallenge(challenge);
      return { algorithm: algorithm ?? "MD5", qop };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return null;
    }
  }),
});

export function registerSeen(
  { answer, isLost, isNonsense, isProven }: RegisterHeard,
  { probe, instanceId }: Pick<SipLinesOptions, "probe" | "instanceId">,
): RegisterSeen {
  const contacts = answer === null ? [] : contactsOf(answer);
  const own = contacts.find(
    ({ uri, params }) =>
      params.get("+sip.instance")?.toLowerCase() === `<urn:uuid:${instanceId}>` ||
      samePlace(formatSipUri(uri), probe.binding),
  );
  const written = own === undefined ? null : formatSipUri(own.uri);
  const seconds = Number(own?.params.get("expires") ?? (answer === null ? null : header(answer, "Expires")));
  return {
    status: answer?.status ?? null,
    reason: answer?.reason ?? "",
    isLost,
    isNonsense,
    isProven,
    isKept: own !== undefined,
    rewritten: written === null || samePlace(written, probe.binding) ? null : written,
    seconds: seconds > 0 ? seconds : null,
    hasGruu: own?.params.has("pub-gruu") === true,
    otherDevices: Math.max(0, contacts.length - 1),
  };
}

/** The same user and host: parameters are the server's to add. */
const samePlace = (one: string, other: string): boolean =>
  one.split(/[;?]/)[0]?.toLowerCase() === other.split(/[;?]/)[0]?.toLowerCase();

function contactsOf(message: SipResponse): readonly NameAddr[] {
  return headers(message, "Contact").flatMap((value) => {
    try {
      return [parseNameAddr(value)];
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return [];
    }
  });
}

/** A focus says so in its Contact; one that leaves that out may still take lists, which is what matters. */
export async function lookAtFactory({ probe, factory }: SipLinesOptions): Promise<FactorySeen> {
  const none = { factory, status: null, reason: "", isLost: false, isFocus: false, takesLists: false };
  if (factory === null) return none;
  let heard: Heard;
  try {
    heard = await probe.ask({
      method: "OPTIONS",
      uri: factory,
      headers: [["Accept", "application/sdp"]],
      body: null,
    });
  } catch (error) {
    // No address at all: nobody can be there.
    return { ...none, status: 404, reason: error instanceof Error ? error.message : String(error) };
  }
  const { answer, isLost } = heard;
  return {
    factory,
    status: answer?.status ?? null,
    reason: answer?.reason ?? "",
    isLost,
    isFocus: answer !== null && contactsOf(answer).some(({ params }) => params.has("isfocus")),
    takesLists: answer !== null && hasToken(answer, "Supported", "recipient-list-invite"),
  };
}

/** To this one device if the server can name it, so that no other rings; else a question that rings nowhere. */
function ownOptions(options: SipLinesOptions): OwnRequestOptions {
  const { probe, address, freshId, behindB2bua } = options;
  const { gruu } = probe;
  return {
    method: gruu === null ? "OPTIONS" : "INVITE",
    uri: gruu ?? address,
    address,
    freshId,
    hasReplaces: !behindB2bua,
  };
}

export async function lookAtOwnRequest(options: SipLinesOptions): Promise<UnchangedSeen> {
  const own = ownOptions(options);
  const request = ownRequest(own);
  const heard = await options.probe.ask(request.asked);
  const seen = {
    method: own.method,
    status: heard.answer?.status ?? null,
    isLost: heard.isLost,
    bytes: heard.sentBytes,
  };
  if (heard.arrived !== null)
    return { ...seen, arrived: true, withoutReplaces: false, ...compare(request, heard.arrived) };
  const not = { ...seen, arrived: false, missing: [], changed: [], isBodySame: false };
  if (heard.isLost || !own.hasReplaces) return { ...not, withoutReplaces: false };
  // A back-to-back user agent answers Replaces itself.
  const again = await options.probe.ask(ownRequest({ ...own, hasReplaces: false }).asked);
  return { ...not, withoutReplaces: again.arrived !== null };
}

/** What only the network may say (RFC 3325, RFC 3892), said by somebody who is not trusted. */
const claimNames = ["P-Asserted-Identity", "Referred-By"];

export async function lookAtIdentity(options: SipLinesOptions, hasReplaces: boolean): Promise<IdentitySeen> {
  const own = { ...ownOptions(options), hasReplaces };
  const { method, address } = own;
  const honest = await options.probe.ask(ownRequest(own).asked);
  const other = `sip:somebody.else@${domainOf(address)}`;
  const claims = claimNames.map((name) => [name, `<${other}>`] as const);
  const { arrived } = await options.probe.ask(ownRequest({ ...own, more: claims }).asked);
  const passed = claimNames.filter((name) => valuesIn(arrived, name).some((value) => value.includes(other)));
  return {
    method,
    address,
    asserted: sipAddressIn(valuesIn(honest.arrived, "P-Asserted-Identity")),
    claims: arrived === null ? null : passed,
  };
}

function valuesIn(arrived: string | null, name: string): readonly string[] {
  try {
    return arrived === null ? [] : headers(parseSip(arrived), name);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return [];
  }
}

function sipAddressIn(values: readonly string[]): string | null {
  for (const value of values) {
    try {
      const { uri } = parseNameAddr(value);
      if (uri.scheme !== "tel") return addressOf(uri);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // names nobody that could be read
    }
  }
  return null;
}

/** `comeBack`: the connection broke; makes another, and says whether it can. */
export async function lookAtSize(
  options: SipLinesOptions,
  hasReplaces: boolean,
  comeBack: () => Promise<boolean>,
): Promise<SizeSeen> {
  const own = { ...ownOptions(options), hasReplaces };
  let baseBytes = 0;
  let isGone = false;
  const tries = async (fillerBytes: number): Promise<SizeBy | null> => {
    if (isGone) return "closed";
    const { answer, arrived, isLost, sentBytes } = await options.probe.ask(
      ownRequest({ ...own, fillerBytes }).asked,
    );
    baseBytes = sentBytes - fillerBytes;
    if (isLost) isGone = !(await comeBack());
    if (arrived !== null && answer !== null) return null;
    if (isLost) return "closed";
    return answer?.status ?? "silence";
  };
  const first = await tries(0);
  const smallest = baseBytes;
  const found =
    first === null
      ? await findLargest(smallest, (bytes) => tries(bytes - smallest))
      : { largest: 0, refused: { bytes: smallest, by: first } };
  const personBytes = bytesOfPerson(options.address);
  return {
    method: own.method,
    ...found,
    people: wantedPeople,
    peopleBytes: smallest + wantedPeople * personBytes,
    room: roomFor(found.largest, smallest, personBytes),
  };
}

type SizeBy = number | "closed" | "silence";
