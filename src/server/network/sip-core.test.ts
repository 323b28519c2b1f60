/** A request from device to device over real sockets, each hop counted. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backwards, bobUri, boxPhones, call, type BoxPhones } from "../../testing/box-phones.ts";
import { answerTo } from "../../testing/raw-phone.ts";
import { header, headers, parseSip, responseTo, type SipHeader } from "../../wire/sip.ts";
import { parseCSeq } from "../../wire/sip-uri.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones({ trace: true });
});
afterEach(() => phones.stop());

/** `from to what vias` of each hop of that method, in order. */
const hops = (method: string): readonly string[] =>
  phones.box.trace.sip.flatMap(({ from, to, message }) => {
    const parsed = parseSip(message);
    if (parseCSeq(header(parsed, "CSeq") ?? "").method !== method) return [];
    const what = parsed.kind === "request" ? parsed.method : String(parsed.status);
    return what === "100" ? [] : [`${from} > ${to} ${what} ${headers(parsed, "Via").length}`];
  });

describe("hops", () => {
  test("MESSAGE takes three hops, its answer three back, one Via more and less on each", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { body: "hello" }));
    const message = await bob.takeRequest("MESSAGE");
    expect(message.body).toBe("hello");
    expect(header(message, "Max-Forwards")).toBe("68");
    expect(message.uri).toBe(bob.contact);
    bob.send(responseTo(message, 200, { toTag: "b" }));
    const answer = await alice.takeResponse("MESSAGE");
    expect(headers(answer, "Via")).toHaveLength(1);
    expect(hops("MESSAGE")).toEqual([
      "alice > PF alice MESSAGE 1",
      "PF alice > PF bob MESSAGE 2",
      "PF bob > bob MESSAGE 3",
      "bob > PF bob 200 3",
      "PF bob > PF alice 200 2",
      "PF alice > alice 200 1",
    ]);
  });

  test("an INVITE is recorded on both functions, and the BYE back takes steps 9 to 14", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const { atBob } = await call(alice, bob);
    expect(
      headers(atBob, "Record-Route").map((route) => /<sip:([^@]+)@pf\.segue\.example;lr/.exec(route)?.[1]),
    ).toEqual(["bob", "alice"]);
    expect(hops("ACK")).toEqual(["alice > PF alice ACK 1", "PF alice > PF bob ACK 2", "PF bob > bob ACK 3"]);
    bob.send(backwards(bob, "BYE", atBob));
    const bye = await alice.takeRequest("BYE");
    expect(headers(bye, "Route")).toEqual([]);
    alice.send(responseTo(bye, 200));
    expect((await bob.takeResponse("BYE")).status).toBe(200);
    expect(hops("BYE")).toEqual([
      "bob > PF bob BYE 1",
      "PF bob > PF alice BYE 2",
      "PF alice > alice BYE 3",
      "alice > PF alice 200 3",
      "PF alice > PF bob 200 2",
      "PF bob > bob 200 1",
    ]);
  });

  test("a refusal is acknowledged hop by hop", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const invite = alice.request("INVITE", bobUri);
    alice.send(invite);
    const atBob = await bob.takeRequest("INVITE");
    bob.send(responseTo(atBob, 486, { toTag: "b" }));
    expect(header(await bob.takeRequest("ACK"), "Via")).toBe(header(atBob, "Via"));
    expect((await alice.takeResponse("INVITE")).status).toBe(486);
    expect(hops("ACK")).toEqual(["PF bob > bob ACK 1", "PF alice > PF bob ACK 1"]);
  });

  test("within a dialog nobody records the route again", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const { atBob } = await call(alice, bob);
    bob.send(backwards(bob, "INVITE", atBob));
    expect(headers(await alice.takeRequest("INVITE"), "Record-Route")).toEqual([]);
  });

  test("a message to oneself reaches one's other devices", async () => {
    const [one, two] = [
      await phones.signedIn("bob", "urn:uuid:1"),
      await phones.signedIn("bob", "urn:uuid:2"),
    ];
    one.send(one.request("MESSAGE", bobUri));
    two.send(responseTo(await two.takeRequest("MESSAGE"), 200, { toTag: "2" }));
    expect((await one.takeResponse("MESSAGE")).status).toBe(200);
    expect(one.received.filter((message) => message.kind === "request")).toEqual([]);
  });

  test("the same request twice is passed on once", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const message = alice.request("MESSAGE", bobUri, { body: "once" });
    alice.send(message);
    alice.send(message);
    bob.send(responseTo(await bob.takeRequest("MESSAGE"), 200, { toTag: "b" }));
    await alice.takeResponse("MESSAGE");
    const answers = (): number => alice.rawTexts.filter((text) => text.includes(" MESSAGE\r\n")).length;
    const before = answers();
    alice.send(message);
    await expect.poll(answers).toBeGreaterThan(before);
    expect(hops("MESSAGE").filter((hop) => hop.startsWith("PF bob > bob"))).toHaveLength(1);
  });

  test("two requests with one branch are two", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { branch: "z9hG4bKsame", body: "one" }));
    alice.send(alice.request("MESSAGE", bobUri, { branch: "z9hG4bKsame", body: "two" }));
    const bodies = [(await bob.takeRequest("MESSAGE")).body, (await bob.takeRequest("MESSAGE")).body];
    expect(bodies).toEqual(["one", "two"]);
  });
});

describe("CANCEL", () => {
  test("goes through with its Reason, and 487 comes back", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const invite = alice.request("INVITE", bobUri);
    alice.send(invite);
    const atBob = await bob.takeRequest("INVITE");
    bob.send(answerTo(bob, atBob, 180));
    expect((await alice.takeResponse("INVITE", 180)).status).toBe(180);
    const reason: SipHeader = ["Reason", 'SIP;cause=487;text="changed my mind"'];
    alice.send({
      ...invite,
      method: "CANCEL",
      headers: [
        ...invite.headers.map(([name, value]): SipHeader =>
          name === "CSeq" ? [name, value.replace("INVITE", "CANCEL")] : [name, value],
        ),
        reason,
      ],
    });
    expect((await alice.takeResponse("CANCEL")).status).toBe(200);
    const cancel = await bob.takeRequest("CANCEL");
    expect(header(cancel, "Reason")).toBe(reason[1]);
    expect(header(cancel, "Via")).toBe(header(atBob, "Via"));
    bob.send(responseTo(cancel, 200, { toTag: "b" }));
    bob.send(responseTo(atBob, 487, { toTag: "b" }));
    expect((await alice.takeResponse("INVITE")).status).toBe(487);
  });

  test("of nothing is 481", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("CANCEL", bobUri));
    expect((await alice.takeResponse("CANCEL")).status).toBe(481);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });
});
