/** One person at several devices: all are asked, and the caller hears one answer. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bobUri, boxPhones, type BoxPhones } from "../../testing/box-phones.ts";
import { answerTo, targetOf } from "../../testing/raw-phone.ts";
import { header, responseTo } from "../../wire/sip.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones();
});
afterEach(() => phones.stop());

/** alice calls bob, who is at two devices. */
async function bothRing() {
  const [alice, one, two] = [
    await phones.signedIn("alice"),
    await phones.signedIn("bob", "urn:uuid:1"),
    await phones.signedIn("bob", "urn:uuid:2"),
  ];
  alice.send(alice.request("INVITE", bobUri));
  const [atOne, atTwo] = [await one.takeRequest("INVITE"), await two.takeRequest("INVITE")];
  return { alice, one, two, atOne, atTwo };
}

describe("several devices", () => {
  test("all ring; the first to answer ends the others with Reason", async () => {
    const { alice, one: desk, two: mobile, atOne: atDesk, atTwo: atMobile } = await bothRing();
    desk.send(answerTo(desk, atDesk, 180));
    await alice.takeResponse("INVITE", 180);
    mobile.send(answerTo(mobile, atMobile, 200));
    expect((await alice.takeResponse("INVITE")).status).toBe(200);
    const cancel = await desk.takeRequest("CANCEL");
    expect(header(cancel, "Reason")).toBe('SIP;cause=200;text="Call completed elsewhere"');
    desk.send(responseTo(cancel, 200, { toTag: "d" }));
    desk.send(responseTo(atDesk, 487, { toTag: "d" }));
    await desk.takeRequest("ACK");
    expect(alice.received.filter((one) => one.kind === "response" && one.status === 487)).toEqual([]);
  });

  test.each([
    [403, 481, 403],
    [481, 403, 403],
    [481, 486, 486],
    [486, 603, 603],
    [503, 503, 500],
    [404, 500, 404],
  ])("%d and %d: the caller hears %d", async (first, second, heard) => {
    const { alice, one, two, atOne, atTwo } = await bothRing();
    one.send(responseTo(atOne, first, { toTag: "1" }));
    await one.takeRequest("ACK");
    two.send(responseTo(atTwo, second, { toTag: "2" }));
    expect((await alice.takeResponse("INVITE")).status).toBe(heard);
  });

  test("a second 200 goes back too (§16.7)", async () => {
    const { alice, one, two, atOne, atTwo } = await bothRing();
    one.send(answerTo(one, atOne, 200));
    two.send(answerTo(two, atTwo, 200));
    const contacts = [await alice.takeResponse("INVITE"), await alice.takeResponse("INVITE")].map(targetOf);
    expect(new Set(contacts)).toEqual(new Set([one.contact, two.contact]));
  });
});
