/**
 * CEV, REF, RLI, CHAT: what the focus tells of its people, and what it does when they are brought in or come twice (RFC
 * 4575 §5, RFC 3515 §2.4, RFC 5366 §5).
 */
import { parseConferenceInfo, type ConferenceUser } from "../wire/conference-info.ts";
import { formatResourceLists } from "../wire/resource-lists.ts";
import { header, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";
import { refer, subscribed } from "./checklist-conference.ts";
import { entry, ownGroup, sharedGroup } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";
import { factory, openRawMember, type RawMember } from "./raw-member.ts";
import { answerTo, targetOf } from "./raw-phone.ts";

async function nextNotify({ phone }: RawMember): Promise<SipRequest> {
  const notify = await phone.takeRequest("NOTIFY");
  phone.send(responseTo(notify, 200));
  return notify;
}

/** How that person stands, as soon as a document shows it so. */
async function stands(watcher: RawMember, who: RawMember, is: ConferenceUser["status"]): Promise<string> {
  for (;;) {
    const { users } = parseConferenceInfo((await nextNotify(watcher)).body);
    const user = users.find(({ entity }) => entity === who.address);
    if (user?.status !== is) continue;
    return [user.status, user.disconnectionMethod, user.joiningMethod]
      .filter((one) => one !== null)
      .join(" ");
  }
}

/** "SIP/2.0 100 Trying, active" */
const referNews = (notify: SipRequest): string =>
  `${notify.body.trim()}, ${(header(notify, "Subscription-State") ?? "").split(";expires")[0]}`;

const to = (who: RawMember): readonly SipHeader[] => [["Refer-To", `<${who.address}>`]];

export const peopleRows: readonly Row[] = [
  {
    id: "CEV-11",
    what: "how people stand who ring, are busy, and come",
    expected: "alerting dialed-out; disconnected busy dialed-out; connected dialed-out",
    see: async (at) => {
      const [host, one, two] = await Promise.all([at.member(), at.member(), at.member()]);
      const list = formatResourceLists([one, two].map(({ address }) => entry(address)));
      await host.invite(factory, { list });
      const conference = targetOf(await host.phone.takeResponse("INVITE", 183));
      await subscribed(host, conference);
      const invite = await one.phone.takeRequest("INVITE");
      one.phone.send(answerTo(one.phone, invite, 180));
      const seen = [await stands(host, one, "alerting")];
      one.phone.send(answerTo(one.phone, invite, 486));
      seen.push(await stands(host, one, "disconnected"));
      await two.accept(await two.phone.takeRequest("INVITE"));
      seen.push(await stands(host, two, "connected"));
      return seen.join("; ");
    },
  },
  {
    id: "CEV-2",
    what: "what follows the first document says only who is different",
    expected: "full, 2 users; partial, 1 user",
    see: async (at) => {
      const { host, guest, conference } = await ownGroup(at);
      await subscribed(host, conference);
      const first = parseConferenceInfo((await nextNotify(host)).body);
      await refer(guest, conference, to(await at.member()));
      const second = parseConferenceInfo((await nextNotify(host)).body);
      return `${first.state}, ${first.users.length} users; ${second.state}, ${second.users.length} user`;
    },
  },
  {
    id: "REF-2",
    what: "REFER is accepted before who is asked has said a word",
    expected: "202; SIP/2.0 100 Trying, active",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const { status } = await refer(host, conference, to(await at.member()));
      return `${status}; ${referNews(await nextNotify(host))}`;
    },
  },
  {
    id: "REF-4",
    what: "the last word on somebody who comes",
    expected: "SIP/2.0 200 OK, terminated;reason=noresource",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const third = await at.member();
      await refer(host, conference, to(third));
      await third.accept(await third.phone.takeRequest("INVITE"));
      for (;;) {
        const news = referNews(await nextNotify(host));
        if (news.includes("terminated")) return news;
      }
    },
  },
  {
    id: "REF-6",
    what: "SUBSCRIBE to a referral that no REFER has begun",
    expected: "403",
    see: async (at) => {
      const { host, conference } = await sharedGroup(at);
      return String((await subscribed(host, conference, [], "refer")).status);
    },
  },
  {
    id: "RLI-6",
    what: "the INVITE says nothing of who else is asked",
    expected: "SDP alone",
    see: async (at) => {
      const [host, one, two] = await Promise.all([at.member(), at.member(), at.member()]);
      await host.invite(factory, {
        list: formatResourceLists([one, two].map(({ address }) => entry(address))),
      });
      const invite = await one.phone.takeRequest("INVITE");
      const isNamed = [invite.body, ...invite.headers.map(([, value]) => value)].some((text) =>
        text.includes(two.address),
      );
      return header(invite, "Content-Type") === "application/sdp" && !isNamed ? "SDP alone" : "more";
    },
  },
  {
    id: "CHAT-12",
    what: "a member comes in once more: the later session takes the place of the earlier",
    expected: "BYE 200, read once, on the later",
    see: async (at) => {
      const { guest, hostSession, guestSession, conference } = await ownGroup(at);
      const later = await guest.invite(conference);
      await later.confirm();
      const bye = await guest.phone.takeRequest("BYE");
      guest.phone.send(responseTo(bye, 200));
      const cause = /cause=([0-9]+)/.exec(header(bye, "Reason") ?? "")?.[1];
      const ends: string[] = [];
      for (const text of ["first", "second"]) {
        await hostSession.say(hostSession.cpim(text));
        ends.push((await guest.relay.next()).toPath.at(-1) ?? "");
      }
      const isLater = ends.every((end) => end === later.own) && guestSession.own !== later.own;
      return `BYE ${cause}, ${isLater ? "read once, on the later" : `read on ${ends.join()}`}`;
    },
  },
  {
    id: "MSRP-14",
    what: "the connection of a member's MSRP is lost: away, and in again by a new INVITE",
    expected: "disconnected failed dialed-out; 200; connected dialed-in",
    see: async (at) => {
      const { host, guest, conference } = await ownGroup(at);
      await subscribed(host, conference);
      guest.relay.close();
      const lost = await stands(host, guest, "disconnected");
      const back = await openRawMember(at.box.port, guest.user);
      const { status } = await (await back.invite(conference)).confirm();
      const seen = await stands(host, guest, "connected");
      back.close();
      return `${lost}; ${status}; ${seen}`;
    },
  },
];
