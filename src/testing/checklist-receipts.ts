/**
 * IMDN: receipts of plain messages at the real client, asked for and given (RFC 5438 §6, §7; RFC 3428), by a telephone
 * that has no MSRP.
 */
import { formatCpim, parseCpim, type Cpim } from "../wire/cpim.ts";
import { formatDelivered, imdnType, parseImdn } from "../wire/imdn.ts";
import { responseTo, type SipRequest } from "../wire/sip.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import type { Ground, Watched } from "./checklist-ground.ts";
import type { Row } from "./checklist-row.ts";
import { domain } from "./raw-member.ts";
import type { Phone } from "./raw-phone.ts";

const addressOf = ({ user }: Phone): string => `sip:${user}@${domain}`;

/** Alice, who knows whose telephone it is. */
async function friends(at: Ground): Promise<{ readonly alice: Watched; readonly phone: Phone }> {
  const [alice, phone] = await Promise.all([at.headless(), at.phone()]);
  alice.actions.startChat(addressOf(phone));
  return { alice, phone };
}

/** In message/cpim; the status that answers it. */
async function writes(phone: Phone, to: Watched, id: string, more: Partial<Cpim> = {}): Promise<number> {
  const cpim = formatCpim({
    from: { displayName: "", uri: addressOf(phone) },
    to: { displayName: "", uri: to.address },
    dateTime: "2026-11-25T10:00:00Z",
    messageId: id,
    dispositionNotification: [],
    otherHeaders: [],
    contentType: "text/plain",
    contentHeaders: [],
    body: encodeUtf8(`Text ${id}`),
    ...more,
  });
  phone.send(
    phone.request("MESSAGE", to.address, {
      more: [["Content-Type", "message/cpim"]],
      body: decodeUtf8(cpim) ?? "",
    }),
  );
  return (await phone.takeResponse("MESSAGE")).status;
}

const asks: Partial<Cpim> = { dispositionNotification: ["positive-delivery"] };

/** The next MESSAGE that comes to the telephone, taken. */
async function nextCpim(phone: Phone): Promise<Cpim> {
  const message: SipRequest = await phone.takeRequest("MESSAGE");
  phone.send(responseTo(message, 200, { toTag: "phone" }));
  return parseCpim(encodeUtf8(message.body));
}

const reportIn = ({ body }: Cpim): ReturnType<typeof parseImdn> => parseImdn(decodeUtf8(body) ?? "");

export const receiptRows: readonly Row[] = [
  {
    id: "IMDN-1",
    what: "a plain message of the client asks to be told of its delivery, and can be named",
    expected: "Message-ID, DateTime, positive-delivery, negative-delivery",
    see: async (at) => {
      const { alice, phone } = await friends(at);
      alice.say(alice.chatWith({ address: addressOf(phone) }), "Are you there?");
      phone.send(responseTo(await phone.takeRequest("INVITE"), 488, { toTag: "phone" }));
      const { messageId, dateTime, dispositionNotification } = await nextCpim(phone);
      return [
        messageId === null ? "no name" : "Message-ID",
        dateTime === null ? "no time" : "DateTime",
        ...dispositionNotification,
      ].join(", ");
    },
  },
  {
    id: "IMDN-3",
    what: "the same message twice, then another one: one receipt of each",
    expected: "200, 200, 200; one, two",
    see: async (at) => {
      const { alice, phone } = await friends(at);
      const statuses: number[] = [];
      for (const id of ["one", "one", "two"]) statuses.push(await writes(phone, alice, id, asks));
      const told: string[] = [];
      while (told.at(-1) !== "two") told.push(reportIn(await nextCpim(phone)).messageId);
      return `${statuses.join(", ")}; ${told.join(", ")}`;
    },
  },
  {
    id: "IMDN-5",
    what: "a receipt: what it is of, and that none is wanted of itself (IMDN-2)",
    expected: "delivered, of that one; notification, a name of its own, nothing asked",
    see: async (at) => {
      const { alice, phone } = await friends(at);
      await writes(phone, alice, "the-one", asks);
      const receipt = await nextCpim(phone);
      const { messageId, status } = reportIn(receipt);
      const disposition = receipt.contentHeaders.find(([name]) => name === "Content-Disposition")?.[1];
      const isNamed = receipt.messageId !== null && receipt.messageId !== "the-one";
      return [
        `${status}, ${messageId === "the-one" ? "of that one" : messageId}; ${disposition}`,
        isNamed ? "a name of its own" : receipt.messageId,
        receipt.dispositionNotification.length === 0 ? "nothing asked" : "something asked",
      ].join(", ");
    },
  },
  {
    id: "IMDN-8",
    what: "a receipt of what was never written: taken, and nothing comes of it",
    expected: "200, no chat",
    see: async (at) => {
      const [alice, phone] = await Promise.all([at.headless(), at.phone()]);
      const report = formatDelivered({
        messageId: "never",
        dateTime: "2026-11-25T10:00:00Z",
        recipient: addressOf(phone),
      });
      const status = await writes(phone, alice, "of-it", { contentType: imdnType, body: encodeUtf8(report) });
      return `${status}, ${Object.keys(alice.state().chats).length === 0 ? "no chat" : "a chat"}`;
    },
  },
];
