/**
 * The door `/sip` of the server: a person who has signed in, is in a group and in a call, and whose telephone then writes
 * what no telephone should. Each input is followed by a question that any server must still be able to answer.
 */
import { formatResourceLists } from "../wire/resource-lists.ts";
import { formatMultipart } from "../wire/multipart.ts";
import { formatSip, header, responseTo, type SipRequest } from "../wire/sip.ts";
import { freshId } from "../server/system.ts";
import { entry } from "./checklist-orders.ts";
import type { Assault, Door } from "./fuzz-door.ts";
import { mutatedMessage, noise } from "./fuzz-mutants.ts";
import { domain, factory, type RawMember, type RawSession } from "./raw-member.ts";

const roundOf = 100;

export const serverSip: Door = {
  name: "server /sip",
  assault: async (at, checked) => {
    for (let n = 0; at.left() > 0; n += 2) {
      await round(at, `raw${n % 60}`, `raw${(n + 1) % 60}`);
      await checked();
    }
  },
};

async function round(at: Assault, hostName: string, guestName: string): Promise<void> {
  const [host, guest] = await Promise.all([at.member(hostName), at.member(guestName)]);
  const group = await host.invite(factory, { list: formatResourceLists([entry(guest.address)]) });
  await guest.accept(await guest.phone.takeRequest("INVITE"));
  await group.confirm();
  const call = await host.invite(guest.address);
  await Promise.all([guest.accept(await guest.phone.takeRequest("INVITE")), call.confirm()]);
  const { phone } = host;
  let counted = phone.rawTexts.length;
  for (let n = 0; n < roundOf && at.left() > 0 && phone.closeCode() === null; n += 1) {
    const kind = at.next();
    const valid = formatSip(oneOf(at, host, [group, call]));
    phone.sendText(
      kind === "noise" ? noise(at.chance) : kind === "valid" ? valid : mutatedMessage(valid, at.chance),
    );
    const question = await answered(host);
    // An answer that came late counts for the input after; one to a mutant may copy what it can't read.
    const answers = phone.rawTexts
      .slice(counted)
      .flatMap((text) => (text.includes(question) ? [] : (/^SIP\/2\.0 ([0-9]{3})/.exec(text)?.[1] ?? [])));
    counted = phone.rawTexts.length;
    at.tally.answer(
      phone.closeCode() === null ? (answers.at(-1) ?? "nothing") : `closed ${phone.closeCode()}`,
    );
  }
  host.close();
  guest.close();
}

/** Everything sent before has been looked at, or the connection is closed. The Call-ID of what was asked. */
async function answered({ phone }: RawMember): Promise<string> {
  const question = phone.request("OPTIONS", `sip:${domain}`);
  phone.send(question);
  await phone
    .take(
      (one): one is Extract<typeof one, { kind: "response" }> =>
        one.kind === "response" && header(one, "Call-ID") === header(question, "Call-ID"),
    )
    .catch(() => {});
  return header(question, "Call-ID") ?? "";
}

type Make = (host: RawMember, session: RawSession) => SipRequest | ReturnType<typeof responseTo>;

const contact = ({ phone }: RawMember): readonly [string, string] => ["Contact", `<${phone.contact}>`];

const inDialog: readonly Make[] = [
  (_host, session) => ({
    ...session.request("INVITE", [["Content-Type", "application/sdp"]]),
    body: session.invite.body,
  }),
  (_host, session) => session.request("OPTIONS"),
  (_host, session) => session.request("INFO"),
  (_host, session) => session.request("ACK"),
  (_host, session) => session.request("REFER", [["Refer-To", `<sip:nobody@${domain}>`]]),
  (_host, session) => session.request("SUBSCRIBE", [["Event", "conference"]]),
  (_host, session) =>
    session.request("NOTIFY", [
      ["Event", "conference"],
      ["Subscription-State", "active"],
    ]),
  (_host, session) => ({ ...session.invite, method: "CANCEL", body: "" }),
  (_host, session) => responseTo(session.request("OPTIONS"), 200, { toTag: freshId() }),
];

const outside: readonly Make[] = [
  (host) => order(host),
  (host, { invite }) => ({
    ...host.phone.request("INVITE", header(invite, "To")?.replace(/[<>]/g, "").split(";")[0] ?? factory, {
      more: [
        contact(host),
        ["Replaces", "call;to-tag=a;from-tag=b"],
        ["Session-Replaces", "one"],
        ["Conversation-ID", "talk"],
        ["Content-Type", "application/sdp"],
      ],
      body: invite.body,
    }),
  }),
  (host) =>
    host.phone.request("REGISTER", `sip:${domain}`, {
      to: `<${host.address}>`,
      more: [contact(host), ["Expires", "600"], ["Supported", "path, gruu, outbound"]],
    }),
  (host) =>
    host.phone.request("SUBSCRIBE", factory, {
      more: [contact(host), ["Event", "conference"], ["Expires", "60"]],
    }),
];

function order(host: RawMember): SipRequest {
  const { contentType, body } = formatMultipart(
    [
      { headers: [["Content-Type", "application/sdp"]], body: "v=0\r\n" },
      {
        headers: [
          ["Content-Type", "application/resource-lists+xml"],
          ["Content-Disposition", "recipient-list"],
        ],
        body: formatResourceLists([
          entry(`sip:nobody@${domain}`, { sessionReplaces: "one", replaces: "call;to-tag=a;from-tag=b" }),
          entry(`sip:noone@${domain}`),
        ]),
      },
    ],
    "boundary-1",
  );
  return host.phone.request("INVITE", factory, {
    more: [
      contact(host),
      ["Require", "recipient-list-invite"],
      ["Content-Type", contentType],
      ["Subject", "Trip"],
    ],
    body,
  });
}

/** Four of five in a dialog that stands. */
function oneOf({ chance }: Assault, host: RawMember, sessions: readonly RawSession[]): ReturnType<Make> {
  const make = chance.one(5) ? chance.pick(outside) : chance.pick(inDialog);
  return make(host, chance.pick(sessions));
}
