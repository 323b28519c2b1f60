/**
 * CHAT, CPIM, IMDN and SEC-9: what a member may say in a group (RFC 7701, 3862, 5438). The relay answers each SEND with
 * 200; what the focus thinks of it comes as a REPORT.
 */
import { freshId } from "../server/system.ts";
import { sharedGroup } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";

/** A CPIM message of a member, as text, changed by hand: what the focus reports. */
const changed =
  (change: (text: string) => string): Row["see"] =>
  async (at) => {
    const { hostSession } = await sharedGroup(at);
    const whole = Buffer.from(hostSession.cpim("hello").body ?? []).toString("utf8");
    return hostSession.say(hostSession.frame(Buffer.from(change(whole)), { contentType: "message/cpim" }));
  };

const cpim = (id: string, what: string, expected: string, change: (text: string) => string): Row => ({
  id,
  what,
  expected,
  see: changed(change),
});

export const roomRows: readonly Row[] = [
  {
    id: "CHAT-1",
    what: "text that is not in CPIM",
    expected: "415",
    see: async (at) => {
      const { hostSession } = await sharedGroup(at);
      return hostSession.say(hostSession.frame("hello"));
    },
  },
  cpim("CHAT-2", "From is another member", "403", (text) =>
    text.replace(/^From: .*$/m, "From: <sip:p0@segue.example>"),
  ),
  cpim("CHAT-3", "several To", "403", (text) => text.replace(/^To: .*\r\n/m, (to) => to + to)),
  {
    id: "CHAT-4",
    what: "to the room: the same bytes to the others, and not back to the sender",
    expected: "200, the same bytes",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      const frame = hostSession.cpim(`hällo ${freshId()}`, { otherHeaders: [["Subject", "<b>&</b>"]] });
      const status = await hostSession.say(frame);
      const next = await guest.relay.next();
      const isSame = Buffer.compare(Buffer.from(next.body ?? []), Buffer.from(frame.body ?? [])) === 0;
      return `${status}, ${isSame ? "the same bytes" : "other bytes"}`;
    },
  },
  cpim("CHAT-6", "to somebody who is not in the room", "404", (text) =>
    text.replace(/^To: .*$/m, "To: <sip:p0@segue.example>"),
  ),
  {
    id: "CHAT-6",
    what: "a private message, which this room does not offer",
    expected: "428",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      return hostSession.say(hostSession.cpim("psst", { to: { displayName: "", uri: guest.address } }));
    },
  },
  {
    id: "CHAT-8",
    what: "NICKNAME, which this room does not offer",
    expected: "501",
    see: async (at) => {
      const { hostSession } = await sharedGroup(at);
      return hostSession.say({
        ...hostSession.frame("", { contentType: null, body: null }),
        method: "NICKNAME",
      });
    },
  },
  {
    id: "CHAT-10",
    what: "what another member thinks of a message is not told to its sender",
    expected: "200 alone",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      const frame = hostSession.cpim("told once");
      const status = await hostSession.say(frame);
      const came = await guest.relay.next();
      guest.relay.send({
        ...guest.relay.frame(came.fromPath, "", { method: "REPORT", contentType: null, body: null }),
        headers: [
          ["Message-ID", came.headers.find(([name]) => name === "Message-ID")?.[1] ?? ""],
          ["Byte-Range", "1-1/1"],
          ["Status", "000 413"],
        ],
      });
      // Whatever comes next is of the next message, or it is that REPORT.
      const second = await hostSession.say(hostSession.cpim("and then"));
      await guest.relay.next();
      return status === "200" && second === "200" ? "200 alone" : `${status}, ${second}`;
    },
  },
  cpim("CPIM-1", "a header without a space after its colon", "400", (text) =>
    text.replace("From: ", "From:"),
  ),
  cpim("CPIM-1", "a bare line feed between headers", "400", (text) => text.replace("\r\n", "\n")),
  cpim("CPIM-1", "from in lower case is not From", "400", (text) => text.replace("From: ", "from: ")),
  cpim("CPIM-3", "a prefix that was not declared", "400", (text) => `x.Y: z\r\n${text}`),
  cpim(
    "CPIM-4",
    "a header that must be understood and is not",
    "415",
    (text) => `Require: Teleport\r\n${text}`,
  ),
  cpim("CPIM-5", "content without Content-Type", "400", (text) =>
    text.replace(/^Content-Type: .*$/m, "Content-ID: <x@y>"),
  ),
  {
    id: "IMDN-2",
    what: "a receipt to one member goes to that member, though private messages are not offered",
    expected: "200, message/imdn+xml",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      const receipt = hostSession.cpim("<imdn/>", {
        to: { displayName: "", uri: guest.address },
        contentType: "message/imdn+xml",
      });
      const status = await hostSession.say(receipt);
      const next = await guest.relay.next();
      const type = /Content-Type: ([^\r]+)/.exec(Buffer.from(next.body ?? []).toString("utf8"))?.[1];
      return `${status}, ${type}`;
    },
  },
  cpim("SEC-9", "a second From", "400", (text) =>
    text.replace(/^From: .*\r\n/m, (from) => `${from}From: <sip:p0@x>\r\n`),
  ),
  cpim("SEC-9", "a control character in a name", "400", (text) => text.replace("From: ", "From: a\u0001b ")),
  cpim(
    "SEC-9",
    "a prefix bound twice",
    "400",
    (text) => `NS: imdn <urn:ietf:params:imdn>\r\nNS: imdn <mid:evil@x>\r\n${text}`,
  ),
  cpim(
    "SEC-9",
    "headers of more bytes than they may have",
    "400",
    (text) => `Subject: ${"x".repeat(20_000)}\r\n${text}`,
  ),
  cpim("SEC-9", "a Message-ID twice", "400", (text) =>
    text.replace(/^imdn\.Message-ID: .*\r\n/m, (id) => id + id),
  ),
];
