/**
 * The MSRP switch of one group (RFC 7701 §6): what a member says goes to all others unchanged, in the order in
 * which it arrived here.
 *
 * A member's SEND is taken once it is whole; the report says that this focus keeps it until each person it is for has
 * it, whatever becomes of this process (`store.ts`). What was out when a session broke goes out again on the next one:
 * who gets it twice knows it by its imdn.Message-ID. Refused, by a failure REPORT whatever the hops in between
 * answered (decision 31): what is no CPIM (415), a sender who is not that member (403), somebody who is not here (404),
 * a private message (428), what can't be kept (500); a disposition notification to one member always passes.
 */
import type { Clock } from "../../flow/clock.ts";
import type { MsrpIncoming, MsrpLink, MsrpSessionHandle } from "../../flow/msrp-link.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { accepts } from "../../flow/msrp-session-state.ts";
import { formatCpim, parseCpim, type Cpim } from "../../wire/cpim.ts";
import { ProtocolError } from "../../wire/errors.ts";
import type { MsrpMedia } from "../../wire/sdp.ts";
import { addressOf, parseSipUri } from "../../wire/sip-uri.ts";
import { encodeUtf8 } from "../../wire/utf8.ts";
import type { MemberEnds } from "./member-ends.ts";
import { StoreError, type GroupRecord, type Letter } from "./store.ts";

export type SwitchOptions = {
  readonly conference: string;
  /** Where members reach it, which may be another address; they know it by that until the roster comes. */
  readonly contact: string;
  readonly link: MsrpLink;
  readonly record: GroupRecord;
  readonly clock: Clock;
  /** Everybody for whom is kept what is said: present, away, asked, or asked in vain. */
  readonly readers: () => readonly string[];
  readonly log: (line: string) => void;
  readonly ends: MemberEnds;
  /** Whether this person is in the group, present or away. */
  readonly belongs: (who: string) => boolean;
  /** The session of that leg stands no more, and nobody here ended it. */
  readonly broken: (leg: string) => void;
};

export interface Switch {
  /** Opens that leg's session; what is kept for the person goes out, in order. */
  join(leg: string, who: string, local: MsrpPath, remote: MsrpMedia, active: boolean): void;
  /** Ends that leg's session, if it has one. */
  leave(leg: string): void;
  /** Whether somebody is at the other end still; `broken` when not. */
  look(leg: string): void;
  close(): void;
}

type Session = {
  readonly leg: string;
  readonly who: string;
  readonly remote: MsrpMedia;
  readonly handle: MsrpSessionHandle;
  readonly forget: () => void;
};

type Content = NonNullable<Letter["content"]>;

/** Of no use a minute later, so not kept (RFC 3994). */
const isFleeting = (type: string): boolean => /^application\/im-iscomposing\+xml\b/i.test(type);
const fleeting = "fleeting";
const isNotification = (type: string): boolean => /^message\/imdn\+xml\b/i.test(type);

export function createSwitch(options: SwitchOptions): Switch {
  const { conference, link, record, clock, readers, ends, belongs, broken, log } = options;
  const rooms = [conference, options.contact].map((uri) => parseSipUri(uri));
  const sessions = new Map<string, Session>();

  const sessionOf = (who: string): Session | undefined =>
    [...sessions.values()].find((one) => one.who === who);

  function join(leg: string, who: string, local: MsrpPath, remote: MsrpMedia, active: boolean): void {
    leave(leg);
    const handle = link.open({
      local,
      remotePath: remote.path,
      acceptTypes: ["*"], // what is no CPIM shall get a REPORT, not an answer that a relay would hide
      remoteAcceptTypes: remote.acceptTypes,
      active,
      onMessage: (message) => received(who, message),
      onReported: (id) => settled(who, id),
      onFailed: (id, status) => {
        if (status !== null && isRefusal(status)) settled(who, id);
      },
      onEnd: () => {
        const session = sessions.get(leg);
        if (session?.handle !== handle) return;
        session.forget();
        sessions.delete(leg);
        broken(leg);
      },
    });
    const forget = ends.add(remote.path.at(-1) ?? "", () => {
      if (sessions.get(leg) !== session) return;
      leave(leg);
      broken(leg);
    });
    const session: Session = { leg, who, remote, handle, forget };
    sessions.set(leg, session);
    try {
      for (const { seq, content } of record.owed(who)) send(session, String(seq), content ?? noteOfLoss(seq));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log(error.message);
      leave(leg);
      broken(leg);
    }
  }

  function settled(who: string, id: string): void {
    if (id !== fleeting) record.reported(who, Number(id));
  }

  function leave(leg: string): void {
    const session = sessions.get(leg);
    sessions.delete(leg);
    session?.forget();
    session?.handle.close();
  }

  function received(who: string, message: MsrpIncoming): number {
    if (!accepts(["message/cpim"], message.contentType)) return 415;
    try {
      const cpim = parseCpim(message.body);
      if (addressIn(cpim.from.uri) !== who) return 403;
      return pass(who, cpim, message);
    } catch (error) {
      if (error instanceof ProtocolError) return error.status;
      if (!(error instanceof StoreError)) throw error;
      log(error.message);
      return 500;
    }
  }

  /** Throws StoreError, and then nobody gets it. */
  function pass(from: string, cpim: Cpim, message: MsrpIncoming): number {
    const content = { contentType: message.contentType, body: message.body, wrapped: cpim.contentType };
    const isForAll = isRoom(cpim.to.uri);
    const to = isForAll ? null : addressIn(cpim.to.uri);
    if (to !== null && !belongs(to)) return 404;
    if (to !== null && !isNotification(cpim.contentType)) return 428;
    const people = to === null ? readers().filter((who) => who !== from) : [to];
    const isKept = !isFleeting(content.wrapped);
    const seq = isKept ? record.add({ ...content, from, id: cpim.messageId }, people) : null;
    if (isKept && seq === null) return 200;
    for (const who of people) {
      const session = sessionOf(who);
      if (session !== undefined) send(session, seq === null ? fleeting : String(seq), content);
    }
    return 200;
  }

  /** CHAT-5: what the other end does not take is not sent, and not kept for a better one. */
  function send({ who, remote, handle }: Session, id: string, content: Content): void {
    const { acceptTypes, acceptWrappedTypes } = remote;
    const taken = acceptWrappedTypes.length === 0 ? ["*"] : [...acceptWrappedTypes, ...acceptTypes];
    if (accepts(taken, content.wrapped)) handle.send(id, content);
    else settled(who, id);
  }

  /** From the group itself, to somebody for whom it could not keep everything. */
  function noteOfLoss(seq: number): Content {
    const party = { displayName: "", uri: conference };
    const wrapped = "text/plain;charset=UTF-8";
    return {
      contentType: "message/cpim",
      wrapped,
      body: formatCpim({
        from: party,
        to: party,
        dateTime: new Date(clock.now()).toISOString(),
        messageId: `gone-${seq}`,
        dispositionNotification: [],
        otherHeaders: [],
        contentType: wrapped,
        contentHeaders: [],
        body: encodeUtf8("Older messages are gone: there were too many, or they were kept for too long."),
      }),
    };
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
    join,
    leave,
    look: (leg) => sessions.get(leg)?.handle.look(),
    close: () => {
      for (const leg of sessions.keys()) leave(leg);
    },
  };
}

const addressIn = (uri: string): string => addressOf(parseSipUri(uri));

/** The person's own end will not take this message on another session either. */
const isRefusal = (status: number): boolean =>
  status === 400 || status === 403 || status === 413 || status === 415;
