/**
 * The real client and the real server against a telephone that has a WebSocket and no MSRP: what each end sends, what
 * the other answers, and what the person at the client sees of it.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseCpim, formatCpim } from "../wire/cpim.ts";
import { formatDelivered } from "../wire/imdn.ts";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { openStage, type Stage } from "./headless-stage.ts";
import { openPhone, type Phone } from "./raw-phone.ts";

vi.setConfig({ testTimeout: 60_000 });

const aliceAddress = "sip:alice@segue.example";
const bobAddress = "sip:bob@segue.example";

let stage: Stage;
let alice: HeadlessPerson;
let bob: Phone;

beforeEach(async () => {
  stage = await openStage({});
  [alice] = await stage.enter(["alice"]);
  bob = await openPhone(Number(new URL(stage.box.url).port), "bob");
  await bob.register();
});
afterEach(async () => {
  await bob.close();
  await stage.close();
});

const answer = (request: SipRequest, status: number, more: readonly SipHeader[] = []): void =>
  bob.send(responseTo(request, status, { toTag: "bob", headers: more }));
async function refusesCall(status: number): Promise<void> {
  answer(await bob.takeRequest("INVITE"), status);
  await bob.takeRequest("ACK");
}
const wordsIn = (request: SipRequest): string =>
  header(request, "Content-Type") === "message/cpim"
    ? Buffer.from(parseCpim(encodeUtf8(request.body)).body).toString()
    : request.body;
const is = (text: string, state: string) =>
  alice.until(`that ${text} is ${state}`, ({ chats }) =>
    Object.values(chats)
      .flatMap(({ items }) => items)
      .some((item) => item.kind === "message" && item.text === text && item.is === state),
  );
async function says(
  body: string,
  more: readonly SipHeader[] = [["Content-Type", "text/plain"]],
  callId = "theirs",
) {
  bob.send(bob.request("MESSAGE", aliceAddress, { more, body, callId }));
  return bob.takeResponse("MESSAGE");
}

describe("what the client writes", () => {
  it("goes as CPIM, then as bare words where 415 asks for them, and the next as these at once", async () => {
    const chat = alice.chatWith({ address: bobAddress });
    alice.say(chat, "One.");
    await refusesCall(488);
    const first = await bob.takeRequest("MESSAGE");
    const cpim = parseCpim(encodeUtf8(first.body));
    expect(cpim).toMatchObject({ from: { uri: aliceAddress, displayName: "" }, to: { uri: bobAddress } });
    expect(headers(first, "P-Asserted-Identity")).toEqual([`"Alice Moreau" <${aliceAddress}>`]);
    expect(header(first, "P-Asserted-Service")).toBe("urn:urn-7:3gpp-service.ims.icsi.oma.cpm.msg");
    alice.say(chat, "Two.");
    answer(first, 415, [["Accept", "text/plain"]]);
    const second = await bob.takeRequest("MESSAGE");
    expect([header(second, "Content-Type"), second.body]).toEqual(["text/plain;charset=UTF-8", "One."]);
    answer(second, 200);
    await is("One.", "delivered");
    const third = await bob.takeRequest("MESSAGE");
    expect(wordsIn(third)).toBe("Two.");
    answer(third, 202);
    await is("Two.", "sent");
    // Of bare words the Call-ID is the only name.
    const report = formatDelivered({
      messageId: header(third, "Call-ID") ?? "",
      dateTime: "2026-11-26T01:00:00Z",
      recipient: bobAddress,
    });
    expect((await says(report, [["Content-Type", "message/imdn+xml"]], "report")).status).toBe(200);
    await is("Two.", "delivered");
    expect(bob.received.filter((one) => one.kind === "request" && one.method === "INVITE")).toHaveLength(1);
  });

  it("arrives once, in order, though the line is cut before the answer", async () => {
    const chat = alice.chatWith({ address: bobAddress });
    alice.say(chat, "One.");
    alice.say(chat, "Two.");
    await refusesCall(488);
    const first = await bob.takeRequest("MESSAGE");
    alice.tap.cut();
    alice.tap.mend();
    const again = await bob.takeRequest("MESSAGE");
    expect(again.body).toBe(first.body); // the same imdn.Message-ID: who has it already can tell
    expect(header(again, "Call-ID")).not.toBe(header(first, "Call-ID"));
    answer(again, 200);
    const second = await bob.takeRequest("MESSAGE");
    expect(wordsIn(second)).toBe("Two.");
    answer(second, 200);
    await is("Two.", "delivered");
  });

  it("fails with the reason when Bob is gone, and his next call opens a session after all", async () => {
    const chat = alice.chatWith({ address: bobAddress });
    alice.say(chat, "One.");
    await refusesCall(606);
    answer(await bob.takeRequest("MESSAGE"), 480);
    await is("One.", "failed");
    const [realBob] = await stage.enter(["bob"]);
    realBob.say(realBob.chatWith(alice), "Here I am.");
    await alice.read("Here I am.");
    alice.say(chat, "Two.");
    expect((await realBob.read("Two.")).from.address).toBe(aliceAddress);
  });
});

describe("what comes to the client", () => {
  it("is in the chat, from whom the network says, once however often it comes", async () => {
    expect((await says("Hé, Alice.")).status).toBe(200);
    expect((await says("Hé, Alice.")).status).toBe(200);
    const read = await alice.read("Hé, Alice.");
    expect(read.from).toEqual({ address: bobAddress, name: "Bob Lindqvist" });
    const texts = Object.values(alice.state().chats).flatMap(({ items }) => items);
    expect(texts).toHaveLength(2); // the CSeq was another: Bob has said it twice
    const body = Buffer.from(
      formatCpim({
        from: { displayName: "", uri: bobAddress },
        to: { displayName: "", uri: aliceAddress },
        dateTime: null,
        messageId: "their-1",
        dispositionNotification: ["positive-delivery"],
        otherHeaders: [],
        contentType: "text/plain",
        contentHeaders: [],
        body: encodeUtf8("In CPIM."),
      }),
    ).toString();
    for (const callId of ["a", "b"])
      expect((await says(body, [["Content-Type", "message/cpim"]], callId)).status).toBe(200);
    await alice.read("In CPIM.");
    const receipt = await bob.takeRequest("MESSAGE");
    answer(receipt, 415);
    expect(wordsIn(receipt)).toMatch(/<message-id>their-1<.*<delivered\/>/s);
    expect(Object.values(alice.state().chats).flatMap(({ items }) => items)).toHaveLength(3);
  });

  it("of another type is refused with what would be taken; that somebody types is taken", async () => {
    const refused = await says("<p>", [["Content-Type", "text/html"]]);
    expect([refused.status, header(refused, "Accept")]).toEqual([
      415,
      "text/plain, message/cpim, message/imdn+xml, application/im-iscomposing+xml",
    ]);
    expect((await says("<x/>", [["Content-Type", "application/im-iscomposing+xml"]])).status).toBe(200);
    expect(alice.state().order).toEqual([]);
  });

  it("from another than who is signed in does not get through the server", async () => {
    const forged = bob.request("MESSAGE", aliceAddress, {
      from: "<sip:carol@segue.example>;tag=x",
      more: [["Content-Type", "text/plain"]],
      body: "I am Carol.",
    });
    bob.send(forged);
    expect((await bob.takeResponse("MESSAGE")).status).toBe(403);
  });
});
