/**
 * The MSRP switch of one group (RFC 7701 §6): what a member says goes to all others unchanged, in the order in
 * which it arrived here.
 *
 * A member's SEND is taken once it is whole; the report says that this focus has it and will keep it until each
 * person it is for has it (`mailbox.ts`). Refused, by a failure REPORT whatever the hops in between answered
 * (decision 31): what is no CPIM (415), a sender who is not that member (403), somebody who is not here (404), a
 * private message (428); a disposition notification to one member always passes.
 */
import type { MsrpIncoming, MsrpLink, MsrpSessionHandle } from "../../flow/msrp-link.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { accepts } from "../../flow/msrp-session-state.ts";
import { parseCpim, type Cpim } from "../../wire/cpim.ts";
import { ProtocolError } from "../../wire/errors.ts";
import type { MsrpMedia } from "../../wire/sdp.ts";
import { addressOf, parseSipUri } from "../../wire/sip-uri.ts";
import { createMailbox, type Letter, type Mailbox, type MailboxLimits } from "./mailbox.ts";

export type SwitchOptions = {
  readonly conference: string;
  /** Where members reach it, which may be another address; they know it by that until the roster comes. */
  readonly contact: string;
  readonly link: MsrpLink;
  readonly limits: MailboxLimits;
  /** Whether this person is in the group, present or away. */
  readonly belongs: (who: string) => boolean;
  /** The session of that leg stands no more, and nobody here ended it. */
  readonly broken: (leg: string) => void;
};

export interface Switch {
  /** From now on everything said is kept for this person. Does nothing when it already is. */
  expect(who: string): void;
  /** Opens that leg's session; what is kept for the person goes out, in order. */
  join(leg: string, who: string, local: MsrpPath, remote: MsrpMedia, active: boolean): void;
  /** Ends that leg's session, if it has one. */
  leave(leg: string): void;
  /** Left for good: nothing is kept any more. */
  forget(who: string): void;
  close(): void;
}

type Session = {
  readonly leg: string;
  readonly who: string;
  readonly remote: MsrpMedia;
  readonly handle: MsrpSessionHandle;
};

const remembered = 1_000;
/** Of no use a minute later, so not kept (RFC 3994). */
const isFleeting = (type: string): boolean => /^application\/im-iscomposing\+xml\b/i.test(type);
const isNotification = (type: string): boolean => /^message\/imdn\+xml\b/i.test(type);

export function createSwitch(options: SwitchOptions): Switch {
  const { link, limits, belongs, broken } = options;
  const rooms = [options.conference, options.contact].map((uri) => parseSipUri(uri));
  const mailboxes = new Map<string, Mailbox>();
  const sessions = new Map<string, Session>();
  /** The last messages, by sender and imdn.Message-ID, so that one sent again after a break is not said twice. */
  const said = new Set<string>();

  const sessionOf = (who: string): Session | undefined =>
    [...sessions.values()].find((one) => one.who === who);

  function join(leg: string, who: string, local: MsrpPath, remote: MsrpMedia, active: boolean): void {
    leave(leg);
    const mailbox = mailboxOf(who);
    const handle = link.open({
      local,
      remotePath: remote.path,
      acceptTypes: ["*"], // what is no CPIM shall get a REPORT, not an answer that a relay would hide
      remoteAcceptTypes: remote.acceptTypes,
      active,
      onMessage: (message) => received(who, message),
      onReported: (id) => mailbox.remove(id),
      onFailed: (id, status) => {
        if (status !== null && isRefusal(status)) mailbox.remove(id);
      },
      onEnd: () => {
        if (sessions.get(leg)?.handle !== handle) return;
        sessions.delete(leg);
        broken(leg);
      },
    });
    const session: Session = { leg, who, remote, handle };
    sessions.set(leg, session);
    for (const letter of mailbox.letters) send(session, letter);
  }

  function leave(leg: string): void {
    const session = sessions.get(leg);
    sessions.delete(leg);
    session?.handle.close();
  }

  function mailboxOf(who: string): Mailbox {
    const known = mailboxes.get(who);
    if (known !== undefined) return known;
    const created = createMailbox(limits);
    mailboxes.set(who, created);
    return created;
  }

  function received(who: string, message: MsrpIncoming): number {
    if (!accepts(["message/cpim"], message.contentType)) return 415;
    try {
      const cpim = parseCpim(message.body);
      if (addressIn(cpim.from.uri) !== who) return 403;
      return pass(who, cpim, message);
    } catch (error) {
      if (error instanceof ProtocolError) return error.status;
      throw error;
    }
  }

  function pass(from: string, cpim: Cpim, message: MsrpIncoming): number {
    const letter = { contentType: message.contentType, body: message.body, wrapped: cpim.contentType };
    const isForAll = isRoom(cpim.to.uri);
    const to = isForAll ? null : addressIn(cpim.to.uri);
    if (to !== null && !belongs(to)) return 404;
    if (to !== null && !isNotification(cpim.contentType)) return 428;
    if (cpim.messageId !== null && isRepeated(`${from} ${cpim.messageId}`)) return 200;
    const readers = to === null ? [...mailboxes.keys()].filter((who) => who !== from) : [to];
    for (const who of readers) deliver(who, letter);
    return 200;
  }

  function isRepeated(key: string): boolean {
    if (said.has(key)) return true;
    said.add(key);
    for (const oldest of said) {
      if (said.size <= remembered) break;
      said.delete(oldest);
    }
    return false;
  }

  function deliver(who: string, letter: Omit<Letter, "id">): void {
    const session = sessionOf(who);
    if (isFleeting(letter.wrapped)) {
      if (session !== undefined) send(session, { ...letter, id: "fleeting" });
    } else {
      const kept = mailboxOf(who).put(letter);
      if (session !== undefined) send(session, kept);
    }
  }

  /** CHAT-5: what the other end does not take is not sent, and not kept for a better one. */
  function send({ who, remote, handle }: Session, letter: Letter): void {
    const { acceptTypes, acceptWrappedTypes } = remote;
    const taken = acceptWrappedTypes.length === 0 ? ["*"] : [...acceptWrappedTypes, ...acceptTypes];
    if (accepts(taken, letter.wrapped)) handle.send(letter.id, letter);
    else mailboxes.get(who)?.remove(letter.id);
  }

  /** The conference URI, or nobody in particular, as handsets write it. */
  function isRoom(uri: string): boolean {
    if (/^sip:anonymous@anonymous\.invalid$/i.test(uri)) return true;
    const to = parseSipUri(uri);
    return rooms.some(
      (room) => addressOf(to) === addressOf(room) && to.params.get("conf") === room.params.get("conf"),
    );
  }

  return {
    expect: (who) => void mailboxOf(who),
    join,
    leave,
    forget: (who) => void mailboxes.delete(who),
    close: () => {
      for (const leg of sessions.keys()) leave(leg);
      mailboxes.clear();
    },
  };
}

const addressIn = (uri: string): string => addressOf(parseSipUri(uri));

/** The person's own end will not take this message on another session either. */
const isRefusal = (status: number): boolean =>
  status === 400 || status === 403 || status === 413 || status === 415;
