/**
 * What raw people order of the factory, and what came of it: the answer with its Warning, and how many were invited.
 * Also one group that stands, with two raw members in it, for the rows that need nothing but a group.
 */
import { formatResourceLists, type ListEntry } from "../wire/resource-lists.ts";
import { header, type SipHeader, type SipResponse } from "../wire/sip.ts";
import type { Ground } from "./checklist-ground.ts";
import { factory, type Media, type RawMember, type RawSession } from "./raw-member.ts";

export const entry = (address: string, more: Partial<ListEntry> = {}): ListEntry => ({
  address,
  replaces: null,
  sessionReplaces: null,
  copyControl: "to",
  ...more,
});

const namespace = 'xmlns="urn:ietf:params:xml:ns:resource-lists"';
export const listOf = (...inside: readonly string[]): string =>
  `<?xml version="1.0"?><resource-lists ${namespace}><list>${inside.join("")}</list></resource-lists>`;
export const uriEntry = (uri: string): string => `<entry uri="${uri.replaceAll("&", "&amp;")}"/>`;

/** Whom the focus has invited so far, by address. */
export const invitedByFocus = (at: Ground): readonly string[] =>
  at.box.trace.sip.flatMap(({ from, message }) => {
    if (from !== "X" || !message.startsWith("INVITE ")) return [];
    return [/^INVITE ([^ ;]+)/.exec(message)?.[1] ?? ""];
  });

const casts = new WeakMap<Ground, readonly RawMember[]>();

/** Three people, the last of them the host; the same ones until an order of theirs is taken. */
async function castOf(at: Ground): Promise<readonly RawMember[]> {
  const cast = casts.get(at) ?? (await Promise.all([at.member(), at.member(), at.member()]));
  casts.set(at, cast);
  return cast;
}

/** "403 Warning 129, 0 invited" */
export async function order(
  at: Ground,
  list: string | ((people: readonly RawMember[]) => string),
  more: { readonly headers?: readonly SipHeader[]; readonly listAs?: string } = {},
): Promise<string> {
  const people = await castOf(at);
  const [one, , host] = people;
  if (one === undefined || host === undefined) throw new Error("nobody is there");
  const before = invitedByFocus(at).length;
  const session = await host.invite(factory, {
    list: typeof list === "string" ? list : list(people),
    ...(more.listAs === undefined ? {} : { listAs: more.listAs }),
    more: more.headers ?? [],
  });
  const callId = header(session.invite, "Call-ID");
  // The first word is the answer: 183 where people are invited, else the refusal.
  const answer = await host.phone.take(
    (message): message is SipResponse =>
      message.kind === "response" && message.status > 100 && header(message, "Call-ID") === callId,
  );
  const warning = /^[0-9]{3}/.exec(header(answer, "Warning") ?? "")?.[0];
  if (answer.status === 183) {
    casts.delete(at);
    await one.phone.takeRequest("INVITE");
  }
  const invited = invitedByFocus(at).length - before;
  return `${answer.status}${warning === undefined ? "" : ` Warning ${warning}`}, ${invited} invited`;
}
export type StandingGroup = {
  readonly conference: string;
  readonly host: RawMember;
  readonly guest: RawMember;
  readonly hostSession: RawSession;
  readonly guestSession: RawSession;
  /** What the focus has answered the host. */
  readonly ok: SipResponse;
};

const groups = new WeakMap<Ground, Promise<StandingGroup>>();

/** Shared by rows that leave it as it is. */
export function sharedGroup(at: Ground): Promise<StandingGroup> {
  const known = groups.get(at) ?? ownGroup(at);
  groups.set(at, known);
  return known;
}

/** `media`: of the guest. */
export async function ownGroup(at: Ground, media: Media = {}): Promise<StandingGroup> {
  const [host, guest] = await Promise.all([at.member(), at.member()]);
  const hostSession = await host.invite(factory, { list: formatResourceLists([entry(guest.address)]) });
  const guestSession = await guest.accept(await guest.phone.takeRequest("INVITE"), media);
  const ok = await hostSession.confirm();
  const conference = /<([^>]*)>/.exec(header(ok, "Contact") ?? "")?.[1] ?? "";
  return { conference, host, guest, hostSession, guestSession, ok };
}
