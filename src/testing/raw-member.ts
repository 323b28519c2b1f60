/**
 * A person made of a raw telephone and a raw client of the relay, over sockets: calls, orders groups and says things in
 * them, all as a test writes it. No SIP.js, and no rule of ours: it sends what it is told to.
 */
import { formatCpim, type Cpim } from "../wire/cpim.ts";
import { formatMultipart } from "../wire/multipart.ts";
import { headerOf, type MsrpRequest } from "../wire/msrp.ts";
import { parseMsrpUri } from "../wire/msrp-uri.ts";
import { listType } from "../wire/resource-lists.ts";
import { formatMsrpSdp, parseMsrpSdp } from "../wire/sdp.ts";
import { header, headers, type SipHeader, type SipRequest, type SipResponse } from "../wire/sip.ts";
import { parseCSeq } from "../wire/sip-uri.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { freshId } from "../server/system.ts";
import { answerTo, openPhone, routesOf, targetOf, type Phone } from "./raw-phone.ts";
import { openRawRelayClient, type RawRelayClient } from "./raw-relay-client.ts";

export const domain = "segue.example";
export const factory = `sip:conference-factory@${domain}`;

export type InviteOptions = {
  /** A list of people: the INVITE becomes multipart. */
  readonly list?: string;
  /** Written as its Content-Type. */
  readonly listAs?: string;
  readonly more?: readonly SipHeader[];
} & Media;

/** What this person's SDP says of MSRP. */
export type Media = {
  readonly acceptTypes?: readonly string[];
  readonly acceptWrappedTypes?: readonly string[];
  /** Active unless told otherwise; whoever is passive waits to be spoken to. */
  readonly setup?: "active" | "passive";
};

export interface RawMember {
  readonly user: string;
  readonly address: string;
  readonly phone: Phone;
  readonly relay: RawRelayClient;
  /** Sends an INVITE with SDP; whatever is to come to it is taken from the phone. */
  invite(uri: string, options?: InviteOptions): Promise<RawSession>;
  /** Accepts what has come, and opens the session. */
  accept(invite: SipRequest, media?: Media): Promise<RawSession>;
  close(): void;
}

/** One MSRP session and the dialog it belongs to. */
export interface RawSession {
  readonly invite: SipRequest;
  readonly own: string;
  /** Waits for the 200, acknowledges it and opens the session. Rejects when another final answer comes. */
  confirm(): Promise<SipResponse>;
  /** The final answer, whatever it is. */
  final(): Promise<SipResponse>;
  /** A request in the dialog. */
  request(method: string, more?: readonly SipHeader[]): SipRequest;
  /** The same, sent, and its answer. */
  ask(method: string, more?: readonly SipHeader[]): Promise<SipResponse>;
  /** A SEND on this session. */
  frame(body: string | Uint8Array, more?: Partial<MsrpRequest>): MsrpRequest;
  /** In message/cpim, from this person to the room unless told otherwise. */
  cpim(text: string, more?: Partial<Cpim>): MsrpRequest;
  /** Sends it: the status of the hop, and where that is 200 what the other end reports. */
  say(frame: MsrpRequest): Promise<string>;
}

export async function openRawMember(port: number, user: string): Promise<RawMember> {
  // One device, however often it connects.
  const node = Buffer.from(user).toString("hex").padEnd(12, "0").slice(-12);
  const phone = await openPhone(port, user, { instance: `urn:uuid:00000000-0000-4000-8000-${node}` });
  await phone.register();
  const relay = await openRawRelayClient(`ws://127.0.0.1:${port}/msrp`, user);
  const address = `sip:${user}@${domain}`;
  const contact: SipHeader = ["Contact", `<${phone.contact}>`];

  async function path(): Promise<{ readonly own: string; readonly via: string }> {
    const own = `msrp://${freshId().slice(0, 12)}.invalid:2855/${freshId()};ws`;
    const via = await relay.auth(user, own);
    if (typeof via === "number") throw new Error(`${user}: no path, ${via}`);
    return { own, via };
  }

  const describe = ({ own, via }: { own: string; via: string }, media: Media): string => {
    const { acceptTypes = ["message/cpim"], acceptWrappedTypes = ["*"], setup = "active" } = media;
    const { host, port: relayPort } = parseMsrpUri(via);
    return formatMsrpSdp(
      {
        host,
        port: relayPort ?? 0,
        tls: false,
        path: [via, own],
        setup,
        acceptTypes,
        acceptWrappedTypes,
        chatroom: null,
        direction: "sendrecv",
      },
      1,
    );
  };

  /** The dialog as this end sees it; `theirs`: what the other end has said of itself. */
  function sessionOf(
    invite: SipRequest,
    { own, via }: { own: string; via: string },
    isOurs: boolean,
    media: Media,
  ): RawSession & { stands: (theirs: SipRequest | SipResponse, mine: SipResponse) => void } {
    let remote: readonly string[] = [];
    let target = "";
    let dialog = { from: "", to: "", callId: "", routes: [] as readonly string[], cseq: 100 };
    const session = {
      invite,
      own,
      stands: (theirs: SipRequest | SipResponse, ok: SipResponse): void => {
        remote = parseMsrpSdp(theirs.body)?.path ?? [];
        target = targetOf(theirs);
        const routes = headers(ok, "Record-Route");
        const [from, to] = isOurs ? ["From", "To"] : ["To", "From"];
        dialog = {
          from: header(ok, from ?? "") ?? "",
          to: header(ok, to ?? "") ?? "",
          callId: header(ok, "Call-ID") ?? "",
          routes: isOurs ? routes.toReversed() : routes,
          cseq: isOurs ? parseCSeq(header(ok, "CSeq") ?? "").number : 100,
        };
        if (media.setup !== "passive") relay.send(session.frame("", { contentType: null, body: null }));
      },
      final: () => phone.takeResponse("INVITE"),
      confirm: async () => {
        const ok = await phone.take(
          (one): one is SipResponse =>
            one.kind === "response" &&
            one.status >= 200 &&
            header(one, "Call-ID") === header(invite, "Call-ID") &&
            parseCSeq(header(one, "CSeq") ?? "").method === "INVITE",
        );
        if (ok.status !== 200) throw new Error(`${user}: INVITE ${ok.status}`);
        phone.send(phone.ack(invite, ok));
        session.stands(ok, ok);
        return ok;
      },
      request: (method: string, more: readonly SipHeader[] = []) => {
        const { from, to, callId, routes } = dialog;
        dialog = { ...dialog, cseq: dialog.cseq + 1 };
        const route = routesOf(routes);
        return phone.request(method, target, {
          from,
          to,
          callId,
          cseq: dialog.cseq,
          more: [...route, contact, ...more],
        });
      },
      ask: (method: string, more: readonly SipHeader[] = []) => {
        phone.send(session.request(method, more));
        return phone.takeResponse(method);
      },
      frame: (body: string | Uint8Array, more: Partial<MsrpRequest> = {}) =>
        relay.frame([via, ...remote], body, { fromPath: [own], ...more }),
      cpim: (text: string, more: Partial<Cpim> = {}) =>
        session.frame(
          formatCpim({
            from: { displayName: user, uri: address },
            to: { displayName: "", uri: target },
            dateTime: "2026-11-25T10:00:00Z",
            messageId: freshId(),
            dispositionNotification: [],
            otherHeaders: [],
            contentType: "text/plain",
            contentHeaders: [],
            body: encodeUtf8(text),
            ...more,
          }),
          { contentType: "message/cpim" },
        ),
      say: async (frame: MsrpRequest) => {
        const wanted: MsrpRequest = { ...frame, headers: [...frame.headers, ["Success-Report", "yes"]] };
        relay.send(wanted);
        const hop = await relay.answerTo(wanted);
        if (hop?.status !== 200) return String(hop?.status ?? "closed");
        for (;;) {
          const next = await relay.next();
          if (next.method === "REPORT" && headerOf(next, "Message-ID") === headerOf(frame, "Message-ID"))
            return (headerOf(next, "Status") ?? "").replace(/^000 /, "").slice(0, 3);
        }
      },
    };
    return session;
  }

  return {
    user,
    address,
    phone,
    relay,
    invite: async (uri, { list, listAs = listType, more = [], ...media } = {}) => {
      const local = await path();
      const sdp = describe(local, media);
      const { contentType, body } =
        list === undefined
          ? { contentType: "application/sdp", body: sdp }
          : formatMultipart(
              [
                { headers: [["Content-Type", "application/sdp"]], body: sdp },
                {
                  headers: [
                    ["Content-Type", listAs],
                    ["Content-Disposition", "recipient-list"],
                  ],
                  body: list,
                },
              ],
              "boundary-1",
            );
      const require: readonly SipHeader[] = list === undefined ? [] : [["Require", "recipient-list-invite"]];
      const invite = phone.request("INVITE", uri, {
        more: [contact, ["Content-Type", contentType], ...require, ...more],
        body,
      });
      phone.send(invite);
      return sessionOf(invite, local, true, media);
    },
    accept: async (invite, media = {}) => {
      const local = await path();
      const ok = answerTo(phone, invite, 200);
      const body = describe(local, media);
      phone.send({ ...ok, headers: [...ok.headers, ["Content-Type", "application/sdp"]], body });
      await phone.takeRequest("ACK");
      const session = sessionOf(invite, local, false, media);
      session.stands(invite, ok);
      return session;
    },
    close: () => {
      phone.close().catch(() => {});
      relay.close();
    },
  };
}
