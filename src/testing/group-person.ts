/**
 * A person of a group, made of a raw telephone and a real MSRP endpoint, over whatever there is in between: orders
 * groups, is asked into them, says and reads. What a test does not have done is not done.
 */
import type { MsrpLink, MsrpSessionHandle } from "../flow/msrp-link.ts";
import type { MsrpPath } from "../flow/msrp-path.ts";
import { mergeRoster } from "../flow/roster.ts";
import { focusUser } from "../server/network/accounts.ts";
import { parseConferenceInfo, type ConferenceInfo } from "../wire/conference-info.ts";
import { formatCpim, parseCpim } from "../wire/cpim.ts";
import { formatMultipart } from "../wire/multipart.ts";
import { formatResourceLists, listType, type ListEntry } from "../wire/resource-lists.ts";
import { formatMsrpSdp, parseMsrpSdp } from "../wire/sdp.ts";
import {
  header,
  headers,
  responseTo,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../wire/sip.ts";
import { parseCSeq } from "../wire/sip-uri.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { answerTo, routesOf, targetOf, type Phone } from "./raw-phone.ts";

export const domain = "segue.example";
export const factory = `sip:${focusUser}@${domain}`;
export const addressOfUser = (user: string): string => `sip:${user}@${domain}`;

export interface GroupPerson {
  readonly user: string;
  readonly address: string;
  readonly phone: Phone;
  readonly link: MsrpLink;
  /** Texts read in any group, in order. */
  readonly read: string[];
  /** What became of what was said: "text ok", or "text" and the status. */
  readonly outcomes: string[];
  path(): MsrpPath;
  sdp(path: MsrpPath, setup?: "active" | "passive" | "actpass"): string;
  /** The factory INVITE with that list; not yet answered. */
  order(people: readonly ListEntry[], more?: readonly SipHeader[]): Ordered;
  /** An INVITE to the conference URI. */
  dialIn(conference: string): Ordered;
  /** Waits for the 200, acknowledges it and opens the session. */
  confirm(ordered: Ordered): Promise<InGroup>;
  /** Answers an invitation of the focus with 200 and opens the session. */
  join(invite: SipRequest): Promise<InGroup>;
  refuse(invite: SipRequest, status: number): void;
  subscribe(conference: string, more?: readonly SipHeader[]): SipRequest;
  /** The next NOTIFY, answered, and what is known by it and by all before it. */
  notified(): Promise<{ readonly notify: SipRequest; readonly info: ConferenceInfo }>;
}

export type Ordered = { readonly invite: SipRequest; readonly path: MsrpPath };

/** One person's place in one group. */
export interface InGroup {
  readonly conference: string;
  readonly session: MsrpSessionHandle;
  say(
    text: string,
    more?: { readonly from?: string; readonly to?: string; readonly type?: string; readonly id?: string },
  ): void;
  /** A request in the call. */
  request(method: string, more?: readonly SipHeader[], body?: string): SipRequest;
  send(method: string, more?: readonly SipHeader[], body?: string): Promise<SipResponse>;
  /** BYE; `cause` 200 is for good. */
  leave(cause?: number): Promise<void>;
}

export const invitee = (user: string, more: Partial<ListEntry> = {}): ListEntry => ({
  address: addressOfUser(user),
  replaces: null,
  sessionReplaces: null,
  copyControl: "to",
  ...more,
});
export const marks = { replaces: "call@old;to-tag=b;from-tag=a", sessionReplaces: "old-contribution" };

/** The documents of one subscription up to that one, merged. Throws where one in between is missing. */
function toldBy(last: SipRequest, { received }: Phone): ConferenceInfo {
  const isOfIt = (one: SipMessage): one is SipRequest =>
    one.kind === "request" && one.method === "NOTIFY" && header(one, "Call-ID") === header(last, "Call-ID");
  let known: ConferenceInfo | null = null;
  for (const one of received.slice(0, received.indexOf(last) + 1).filter(isOfIt)) {
    const update = mergeRoster(known, parseConferenceInfo(one.body));
    if (update.is !== "current") throw new Error(`a document that is ${update.is}`);
    known = update.roster;
  }
  if (known === null) throw new Error("nothing was told");
  return known;
}

let counter = 0;
export const freshId = (): string => (counter += 1).toString(16).padStart(8, "0").repeat(4);

/** Over any telephone and any link, in memory or over sockets; `quiet` as far as there can be such a thing. */
export function createPerson(
  user: string,
  phone: Phone,
  link: MsrpLink,
  quiet: () => Promise<void>,
  heard: (text: string) => void = () => {},
): GroupPerson {
  const address = addressOfUser(user);
  const read: string[] = [];
  const outcomes: string[] = [];
  const contact: SipHeader = ["Contact", `<${phone.contact}>`];

  function path(): MsrpPath {
    const taken = link.takePath();
    if (taken === null) throw new Error(`${user} has no MSRP path`);
    return taken;
  }
  const sdp = (local: MsrpPath, setup: "active" | "passive" | "actpass" = "active"): string =>
    formatMsrpSdp(
      {
        host: local.host,
        port: local.port,
        tls: local.tls,
        path: local.path,
        setup,
        acceptTypes: ["message/cpim"],
        acceptWrappedTypes: ["text/plain", "message/imdn+xml", "application/im-iscomposing+xml"],
        chatroom: null,
        direction: "sendrecv",
      },
      1,
    );

  function call(
    uri: string,
    more: readonly SipHeader[],
    type: string,
    body: string,
    local: MsrpPath,
  ): Ordered {
    const invite = phone.request("INVITE", uri, {
      more: [contact, ["Content-Type", type], ...more],
      body,
    });
    phone.send(invite);
    return { invite, path: local };
  }

  /** Both ways of getting into a group end here. */
  function enter(options: {
    readonly local: MsrpPath;
    readonly remoteSdp: string;
    readonly target: SipRequest | SipResponse;
    readonly from: string;
    readonly to: string;
    readonly callId: string;
    readonly routes: readonly string[];
    readonly cseq: number;
    readonly active: boolean;
  }): InGroup {
    const remote = parseMsrpSdp(options.remoteSdp);
    if (remote === null) throw new Error(`${user} got no SDP that can be used`);
    const conference = targetOf(options.target);
    let cseq = options.cseq;
    const session = link.open({
      local: options.local,
      remotePath: remote.path,
      acceptTypes: ["message/cpim"],
      remoteAcceptTypes: ["*"],
      active: options.active,
      onMessage: ({ body }) => {
        const text = decodeUtf8(parseCpim(body).body) ?? "?";
        read.push(text);
        heard(text);
      },
      onReported: (id) => outcomes.push(`${id} ok`),
      onFailed: (id, status) => outcomes.push(`${id} ${status}`),
    });
    const place: InGroup = {
      conference,
      session,
      say: (text, more = {}) =>
        session.send(text, {
          contentType: "message/cpim",
          body: formatCpim({
            from: { displayName: user, uri: more.from ?? address },
            to: { displayName: "", uri: more.to ?? conference },
            dateTime: "2026-01-01T00:00:00Z",
            messageId: more.id ?? freshId(),
            dispositionNotification: [],
            otherHeaders: [],
            contentType: more.type ?? "text/plain",
            contentHeaders: [],
            body: encodeUtf8(text),
          }),
        }),
      request: (method, more = [], body = "") =>
        phone.request(method, conference, {
          from: options.from,
          to: options.to,
          callId: options.callId,
          cseq: (cseq += 1),
          more: [...routesOf(options.routes), contact, ...more],
          body,
        }),
      send: (method, more = [], body = "") => {
        phone.send(place.request(method, more, body));
        return phone.takeResponse(method);
      },
      leave: async (cause = 200) => {
        await place.send("BYE", [["Reason", `SIP;cause=${cause};text="x"`]]);
        session.close();
        await quiet();
      },
    };
    return place;
  }

  const me: GroupPerson = {
    user,
    address,
    phone,
    link,
    read,
    outcomes,
    path,
    sdp,
    order: (people, more = []) => {
      const local = path();
      const { contentType, body } = formatMultipart(
        [
          { headers: [["Content-Type", "application/sdp"]], body: sdp(local) },
          {
            headers: [
              ["Content-Type", listType],
              ["Content-Disposition", "recipient-list"],
            ],
            body: formatResourceLists(people),
          },
        ],
        "boundary-1",
      );
      return call(factory, [["Require", "recipient-list-invite"], ...more], contentType, body, local);
    },
    dialIn: (conference) => {
      const local = path();
      return call(conference, [], "application/sdp", sdp(local), local);
    },
    confirm: async ({ invite, path: local }) => {
      const ok = await phone.takeResponse("INVITE", 200);
      phone.send(phone.ack(invite, ok));
      return enter({
        local,
        remoteSdp: ok.body,
        target: ok,
        from: header(ok, "From") ?? "",
        to: header(ok, "To") ?? "",
        callId: header(ok, "Call-ID") ?? "",
        routes: headers(ok, "Record-Route").toReversed(),
        cseq: parseCSeq(header(ok, "CSeq") ?? "").number,
        active: true,
      });
    },
    join: async (invite) => {
      const local = path();
      const ok = answerTo(phone, invite, 200);
      phone.send({ ...ok, headers: [...ok.headers, ["Content-Type", "application/sdp"]], body: sdp(local) });
      await phone.takeRequest("ACK");
      return enter({
        local,
        remoteSdp: invite.body,
        target: invite,
        from: header(ok, "To") ?? "",
        to: header(ok, "From") ?? "",
        callId: header(ok, "Call-ID") ?? "",
        routes: headers(invite, "Record-Route"),
        cseq: 100,
        active: true,
      });
    },
    refuse: (invite, status) => phone.send(responseTo(invite, status, { toTag: `no-${user}` })),
    subscribe: (conference, more = []) => {
      const request = phone.request("SUBSCRIBE", conference, {
        more: [contact, ["Event", "conference"], ["Expires", "3600"], ...more],
      });
      phone.send(request);
      return request;
    },
    notified: async () => {
      const notify = await phone.takeRequest("NOTIFY");
      phone.send(responseTo(notify, 200));
      await quiet();
      return { notify, info: toldBy(notify, phone) };
    },
  };
  return me;
}
