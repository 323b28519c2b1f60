/**
 * CONF, CEV and REF: a group seen from outside and by its members (RFC 4579, 4575, 6665, 3515, 4488, 5368).
 */
import { parseConferenceInfo } from "../wire/conference-info.ts";
import { formatResourceLists, listType } from "../wire/resource-lists.ts";
import { header, responseTo, type SipHeader, type SipResponse } from "../wire/sip.ts";
import { entry, ownGroup, sharedGroup } from "./checklist-orders.ts";
import type { Ground } from "./checklist-ground.ts";
import type { Row } from "./checklist-row.ts";
import { domain, factory, type RawMember } from "./raw-member.ts";

export async function refer(
  host: RawMember,
  conference: string,
  more: readonly SipHeader[],
  body = "",
): Promise<SipResponse> {
  const { phone } = host;
  phone.send(
    phone.request("REFER", conference, { more: [["Contact", `<${phone.contact}>`], ...more], body }),
  );
  return phone.takeResponse("REFER");
}

const referred = async (at: Ground, ...more: readonly SipHeader[]): Promise<string> => {
  const { host, conference } = await sharedGroup(at);
  return String((await refer(host, conference, more)).status);
};

export async function subscribed(
  { phone }: RawMember,
  conference: string,
  more: readonly SipHeader[] = [],
  event = "conference",
): Promise<SipResponse> {
  phone.send(
    phone.request("SUBSCRIBE", conference, {
      more: [["Contact", `<${phone.contact}>`], ["Event", event], ["Expires", "600"], ...more],
    }),
  );
  return phone.takeResponse("SUBSCRIBE");
}

async function notified({ phone }: RawMember): Promise<ReturnType<typeof parseConferenceInfo>> {
  const notify = await phone.takeRequest("NOTIFY");
  phone.send(responseTo(notify, 200));
  return parseConferenceInfo(notify.body);
}

const isFocus = (message: SipResponse): string =>
  /;isfocus/.test(header(message, "Contact") ?? "") ? "isfocus" : "no isfocus";

async function options(at: Ground, uri: string): Promise<SipResponse> {
  const { phone } = (await sharedGroup(at)).host;
  phone.send(phone.request("OPTIONS", uri));
  return phone.takeResponse("OPTIONS");
}

export const conferenceRows: readonly Row[] = [
  {
    id: "CONF-2",
    what: "the 200 of the factory names a new group",
    expected: "conf, isfocus",
    see: async (at) => {
      const { ok } = await sharedGroup(at);
      return `${/;conf=[0-9a-f-]{36}/.test(header(ok, "Contact") ?? "") ? "conf" : "no conf"}, ${isFocus(ok)}`;
    },
  },
  {
    id: "CONF-3",
    what: "OPTIONS to factory and group",
    expected: "200 isfocus, 200 isfocus",
    see: async (at) => {
      const [one, two] = [await options(at, factory), await options(at, (await sharedGroup(at)).conference)];
      return `${one.status} ${isFocus(one)}, ${two.status} ${isFocus(two)}`;
    },
  },
  {
    id: "CONF-4",
    what: "the Request-URI tells: a group that never was, one that one is not invited to",
    expected: "404; 403 Warning 127",
    see: async (at) => {
      const outsider = await at.member();
      const lost = await (
        await outsider.invite(`${factory};conf=00000000-0000-4000-8000-000000000000`)
      ).final();
      const closed = await (await outsider.invite((await sharedGroup(at)).conference)).final();
      return `${lost.status}; ${closed.status} Warning ${header(closed, "Warning")?.slice(0, 3)}`;
    },
  },
  {
    id: "CONF-5",
    what: "REFER brings somebody in by an INVITE of the group, on behalf of who asked",
    expected: "202, isfocus, referred by the member",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const third = await at.member();
      const { status } = await refer(host, conference, [
        ["Refer-To", `<${third.address}>`],
        ["Referred-By", "<sip:ceo@segue.example>"],
      ]);
      const invite = await third.phone.takeRequest("INVITE");
      third.phone.send(responseTo(invite, 486, { toTag: "busy" }));
      const focus = /;isfocus/.test(header(invite, "Contact") ?? "") ? "isfocus" : "no isfocus";
      const by = header(invite, "Referred-By") ?? "";
      return `${status}, ${focus}, referred by ${by.includes(host.address) ? "the member" : by}`;
    },
  },
  {
    id: "CONF-10",
    what: "a group that ends says BYE to who is left",
    expected: "BYE 410",
    see: async (at) => {
      const { host, guestSession } = await ownGroup(at);
      await guestSession.ask("BYE", [["Reason", 'SIP;cause=200;text="x"']]);
      const bye = await host.phone.takeRequest("BYE");
      host.phone.send(responseTo(bye, 200));
      return `BYE ${/cause=([0-9]+)/.exec(header(bye, "Reason") ?? "")?.[1]}`;
    },
  },
  {
    id: "CEV-1",
    what: "versions go up by one",
    expected: "1 more",
    see: async (at) => {
      const { host, guest, conference } = await ownGroup(at);
      await subscribed(host, conference);
      const first = await notified(host);
      const third = await at.member();
      await refer(guest, conference, [["Refer-To", `<${third.address}>`]]);
      const second = await notified(host);
      return `${second.version - first.version} more`;
    },
  },
  {
    id: "CEV-2",
    what: "the first document is full",
    expected: "200, full, 2 users",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const { status } = await subscribed(host, conference);
      const { state, users } = await notified(host);
      return `${status}, ${state}, ${users.length} users`;
    },
  },
  {
    id: "CEV-14",
    what: "the roster is for who was invited",
    expected: "403",
    see: async (at) => {
      const [outsider, { conference }] = [await at.member(), await sharedGroup(at)];
      return String((await subscribed(outsider, conference)).status);
    },
  },
  {
    id: "CEV-15",
    what: "a subscription that would not take the document; one to another event",
    expected: "406, 489",
    see: async (at) => {
      const { host, conference } = await sharedGroup(at);
      const { status } = await subscribed(host, conference, [["Accept", "application/pidf+xml"]]);
      return `${status}, ${(await subscribed(host, conference, [], "presence")).status}`;
    },
  },
  {
    id: "REF-1",
    what: "no Refer-To, and two",
    expected: "400, 400",
    see: async (at) =>
      [
        await referred(at),
        await referred(at, ["Refer-To", `<sip:p0@${domain}>`], ["Refer-To", `<sip:p0@${domain}>`]),
      ].join(", "),
  },
  {
    id: "REF-3",
    what: "what became of it is told as a status line, and the last word ends it",
    expected: "SIP/2.0 480, terminated;reason=noresource",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      await refer(host, conference, [["Refer-To", `<sip:p199@${domain}>`]]);
      for (;;) {
        const notify = await host.phone.takeRequest("NOTIFY");
        host.phone.send(responseTo(notify, 200));
        const state = header(notify, "Subscription-State") ?? "";
        if (state.startsWith("terminated")) return `${notify.body.slice(0, 11)}, ${state}`;
      }
    },
  },
  {
    id: "REF-7",
    what: "Refer-Sub: false is heeded",
    expected: "202 Refer-Sub: false",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const answer = await refer(host, conference, [
        ["Refer-To", `<sip:p199@${domain}>`],
        ["Refer-Sub", "false"],
      ]);
      return `${answer.status} Refer-Sub: ${header(answer, "Refer-Sub")}`;
    },
  },
  {
    id: "REF-8",
    what: "several at once, by a list, with one of them twice",
    expected: "202, both are asked",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const [one, two] = await Promise.all([at.member(), at.member()]);
      const { status } = await refer(
        host,
        conference,
        [
          ["Refer-To", "<cid:list@x>"],
          ["Require", "multiple-refer"],
          ["Content-Type", listType],
          ["Content-ID", "<list@x>"],
        ],
        formatResourceLists([one, two, one].map(({ address }) => entry(address))),
      );
      await Promise.all([one, two].map(({ phone }) => phone.takeRequest("INVITE")));
      return `${status}, both are asked`;
    },
  },
  {
    id: "REF-9",
    what: "another method than INVITE",
    expected: "400",
    see: (at) => referred(at, ["Refer-To", `<sip:p0@${domain};method=BYE>`]),
  },
  {
    id: "SEC-3",
    what: "a mark in a REFER",
    expected: "400",
    see: (at) => referred(at, ["Refer-To", `<sip:p0@${domain}?Session-Replaces=x>`]),
  },
  {
    id: "REF-10",
    what: "REFER by somebody who was not invited",
    expected: "403",
    see: async (at) => {
      const outsider = await at.member();
      const { conference } = await sharedGroup(at);
      return String((await refer(outsider, conference, [["Refer-To", `<sip:p0@${domain}>`]])).status);
    },
  },
];
