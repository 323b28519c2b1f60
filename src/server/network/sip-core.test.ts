/** The SIP side of the box over real sockets: raw WebSocket clients, each hop counted. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerTo, openPhone, routesOf, targetOf, type Phone } from "../../testing/raw-phone.ts";
import {
  header,
  headers,
  parseSip,
  responseTo,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { parseCSeq } from "../../wire/sip-uri.ts";
import { startBox, type Box } from "../network-in-a-box.ts";
import { withTimers } from "../timers.ts";

let box: Box;
let phones: Phone[] = [];

beforeEach(async () => {
  box = await startBox({ trace: true });
});
afterEach(async () => {
  await Promise.all(phones.map((phone) => phone.close()));
  phones = [];
  await box.stop();
});

async function phoneOf(user: string, instance?: string): Promise<Phone> {
  const phone = await openPhone(box.port, user, instance === undefined ? {} : { instance });
  phones.push(phone);
  return phone;
}

async function signedIn(user: string, instance?: string): Promise<Phone> {
  const phone = await phoneOf(user, instance);
  expect((await phone.register()).status).toBe(200);
  return phone;
}

/** `from to what vias` of each hop of that method, in order. */
const hops = (method: string): readonly string[] =>
  box.trace.sip.flatMap(({ from, to, message }) => {
    const parsed = parseSip(message);
    if (parseCSeq(header(parsed, "CSeq") ?? "").method !== method) return [];
    const what = parsed.kind === "request" ? parsed.method : String(parsed.status);
    return what === "100" ? [] : [`${from} > ${to} ${what} ${headers(parsed, "Via").length}`];
  });

const bobUri = "sip:bob@segue.example";

/** alice calls bob, bob answers, alice acknowledges. */
async function call(
  alice: Phone,
  bob: Phone,
): Promise<{ invite: SipRequest; ok: SipResponse; atBob: SipRequest }> {
  const invite = alice.request("INVITE", bobUri, { more: [["Contact", `<${alice.contact}>`]] });
  alice.send(invite);
  const atBob = await bob.takeRequest("INVITE");
  bob.send(answerTo(bob, atBob, 200));
  const ok = await alice.takeResponse("INVITE");
  expect(ok.status).toBe(200);
  alice.send(alice.ack(invite, ok));
  await bob.takeRequest("ACK");
  return { invite, ok, atBob };
}

/** A request of the called one, within that dialog. */
const backwards = (bob: Phone, method: string, atBob: SipRequest): SipRequest =>
  bob.request(method, targetOf(atBob), {
    from: `<sip:bob@segue.example>;tag=tag-bob`,
    to: header(atBob, "From") ?? "",
    callId: header(atBob, "Call-ID") ?? "",
    more: routesOf(headers(atBob, "Record-Route")),
  });

describe("hops", () => {
  test("MESSAGE takes three hops, its answer three back, one Via more and less on each", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
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
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
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
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    const invite = alice.request("INVITE", bobUri);
    alice.send(invite);
    const atBob = await bob.takeRequest("INVITE");
    bob.send(responseTo(atBob, 486, { toTag: "b" }));
    expect(header(await bob.takeRequest("ACK"), "Via")).toBe(header(atBob, "Via"));
    expect((await alice.takeResponse("INVITE")).status).toBe(486);
    expect(hops("ACK")).toEqual(["PF bob > bob ACK 1", "PF alice > PF bob ACK 1"]);
  });

  test("within a dialog nobody records the route again", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    const { atBob } = await call(alice, bob);
    bob.send(backwards(bob, "INVITE", atBob));
    expect(headers(await alice.takeRequest("INVITE"), "Record-Route")).toEqual([]);
  });

  test("a message to oneself reaches one's other devices", async () => {
    const [one, two] = [await signedIn("bob", "urn:uuid:1"), await signedIn("bob", "urn:uuid:2")];
    one.send(one.request("MESSAGE", bobUri));
    two.send(responseTo(await two.takeRequest("MESSAGE"), 200, { toTag: "2" }));
    expect((await one.takeResponse("MESSAGE")).status).toBe(200);
    expect(one.received.filter((message) => message.kind === "request")).toEqual([]);
  });

  test("the same request twice is passed on once", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    const message = alice.request("MESSAGE", bobUri, { body: "once" });
    alice.send(message);
    alice.send(message);
    bob.send(responseTo(await bob.takeRequest("MESSAGE"), 200, { toTag: "b" }));
    await alice.takeResponse("MESSAGE");
    alice.send(message);
    await alice.takeResponse("MESSAGE");
    expect(hops("MESSAGE").filter((hop) => hop.startsWith("PF bob > bob"))).toHaveLength(1);
  });

  test("two requests with one branch are two", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { branch: "z9hG4bKsame", body: "one" }));
    alice.send(alice.request("MESSAGE", bobUri, { branch: "z9hG4bKsame", body: "two" }));
    const bodies = [(await bob.takeRequest("MESSAGE")).body, (await bob.takeRequest("MESSAGE")).body];
    expect(bodies).toEqual(["one", "two"]);
  });
});

describe("CANCEL", () => {
  test("goes through with its Reason, and 487 comes back", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
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
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("CANCEL", bobUri));
    expect((await alice.takeResponse("CANCEL")).status).toBe(481);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });
});

describe("several devices", () => {
  test("all ring; the first to answer ends the others with Reason", async () => {
    const [alice, desk, mobile] = [
      await signedIn("alice"),
      await signedIn("bob", "urn:uuid:desk"),
      await signedIn("bob", "urn:uuid:mobile"),
    ];
    alice.send(alice.request("INVITE", bobUri));
    const atDesk = await desk.takeRequest("INVITE");
    const atMobile = await mobile.takeRequest("INVITE");
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
    const [alice, one, two] = [
      await signedIn("alice"),
      await signedIn("bob", "urn:uuid:1"),
      await signedIn("bob", "urn:uuid:2"),
    ];
    alice.send(alice.request("INVITE", bobUri));
    const [atOne, atTwo] = [await one.takeRequest("INVITE"), await two.takeRequest("INVITE")];
    one.send(responseTo(atOne, first, { toTag: "1" }));
    await one.takeRequest("ACK");
    two.send(responseTo(atTwo, second, { toTag: "2" }));
    expect((await alice.takeResponse("INVITE")).status).toBe(heard);
  });

  test("a second 200 goes back too (§16.7)", async () => {
    const [alice, one, two] = [
      await signedIn("alice"),
      await signedIn("bob", "urn:uuid:1"),
      await signedIn("bob", "urn:uuid:2"),
    ];
    alice.send(alice.request("INVITE", bobUri));
    const [atOne, atTwo] = [await one.takeRequest("INVITE"), await two.takeRequest("INVITE")];
    one.send(answerTo(one, atOne, 200));
    two.send(answerTo(two, atTwo, 200));
    const contacts = [await alice.takeResponse("INVITE"), await alice.takeResponse("INVITE")].map(targetOf);
    expect(new Set(contacts)).toEqual(new Set([one.contact, two.contact]));
  });
});

describe("who says so", () => {
  test("what a device claims is stripped, what the network knows is put in its place", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(
      alice.request("MESSAGE", bobUri, {
        more: [
          ["P-Asserted-Identity", "<sip:carol@segue.example>"],
          ["p-asserted-service", "urn:urn-7:evil"],
          ["b", "<sip:carol@segue.example>"],
          ["Referred-By", "<sip:dave@segue.example>"],
          ["P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session"],
          ["Record-Route", "<sip:evil.example;lr>"],
        ],
      }),
    );
    const message = await bob.takeRequest("MESSAGE");
    expect(headers(message, "P-Asserted-Identity")).toEqual(['"Alice Moreau" <sip:alice@segue.example>']);
    expect(headers(message, "P-Asserted-Service")).toEqual([
      "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session",
    ]);
    for (const name of ["Referred-By", "P-Preferred-Service", "Record-Route"])
      expect(header(message, name)).toBeNull();
  });

  test("From must be who is signed in", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { from: "<sip:carol@segue.example>;tag=1" }));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(403);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });

  test("an answer's claims are stripped too", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri));
    const message = await bob.takeRequest("MESSAGE");
    bob.send(
      responseTo(message, 200, { toTag: "b", headers: [["P-Asserted-Identity", "<sip:x@segue.example>"]] }),
    );
    expect(header(await alice.takeResponse("MESSAGE"), "P-Asserted-Identity")).toBeNull();
  });

  test("who has not registered may do nothing", async () => {
    const [alice, bob] = [await phoneOf("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(403);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });

  test("who asks for privacy is not named (RFC 3325 §7)", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { more: [["Privacy", "id"]] }));
    expect(header(await bob.takeRequest("MESSAGE"), "P-Asserted-Identity")).toBeNull();
  });
});

describe("refusals", () => {
  test.each([
    ["nobody of that name", "sip:zoe@segue.example", {}, 404],
    ["another domain", "sip:bob@elsewhere.example", {}, 404],
    ["known but not connected", "sip:carol@segue.example", {}, 480],
    ["an unknown GRUU", "sip:bob@segue.example;gr=urn:uuid:none", {}, 404],
    ["a scheme we do not know", "http://segue.example", { to: "<sip:bob@segue.example>" }, 416],
    ["a telephone number", "tel:+15551234", {}, 404],
    ["no hops left", bobUri, { maxForwards: 0 }, 483],
    ["a Proxy-Require", bobUri, { more: [["Proxy-Require", "magic"]] }, 420],
    ["a Route to nowhere", bobUri, { more: [["Route", "<sip:elsewhere.example;lr>"]] }, 404],
    ["a Route to nobody", bobUri, { more: [["Route", "<sip:zoe@pf.segue.example;lr>"]] }, 404],
    ["a MESSAGE to the server", "sip:segue.example", {}, 405],
  ] as const)("%s", async (_name, uri, options, status) => {
    const [alice] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", uri, options));
    const answer = await alice.takeResponse("MESSAGE");
    expect(answer.status).toBe(status);
    expect(header(answer, "Unsupported")).toBe(status === 420 ? "magic" : null);
  });

  test("Require is for the other end", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { more: [["Require", "magic"]] }));
    expect(header(await bob.takeRequest("MESSAGE"), "Require")).toBe("magic");
  });

  test("a loop is seen; coming by again on the way to somebody else is none", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri));
    const message = await bob.takeRequest("MESSAGE");
    // bob plays a proxy that sends on what it got
    const again = (uri: string, branch: string): SipRequest => ({
      ...message,
      uri,
      headers: [["Via", `SIP/2.0/WS bob.invalid;branch=${branch}`], ...message.headers].map(
        ([name, value]): SipHeader =>
          name === "From" ? [name, "<sip:bob@segue.example>;tag=1"] : [name ?? "", value ?? ""],
      ),
    });
    bob.send(again(bobUri, "z9hG4bKcircle"));
    expect((await bob.takeResponse("MESSAGE")).status).toBe(482);
    bob.send(again("sip:alice@segue.example", "z9hG4bKspiral"));
    expect(headers(await alice.takeRequest("MESSAGE"), "Via")).toHaveLength(6);
  });

  test("OPTIONS to the server is answered", async () => {
    const alice = await signedIn("alice");
    alice.send(alice.request("OPTIONS", "sip:segue.example"));
    const answer = await alice.takeResponse("OPTIONS");
    expect(answer.status).toBe(200);
    expect(header(answer, "Allow")).toContain("REFER");
  });

  test("OPTIONS to somebody else that has no hops left is answered here (§16.3)", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 0 }));
    expect((await alice.takeResponse("OPTIONS")).status).toBe(200);
    // one more: as far as bob's own function
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 1 }));
    expect((await alice.takeResponse("OPTIONS")).status).toBe(200);
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 2 }));
    expect(header(await bob.takeRequest("OPTIONS"), "Max-Forwards")).toBe("0");
  });

  test("silence is 408, a device that goes away while it is asked is 480", async () => {
    await box.stop();
    box = await startBox({ timers: withTimers({ proxy: { answerMs: 40 } }) });
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("INVITE", bobUri));
    await bob.takeRequest("INVITE");
    expect((await alice.takeResponse("INVITE")).status).toBe(408);
    alice.send(alice.request("INVITE", bobUri));
    await bob.takeRequest("INVITE");
    await bob.close();
    expect((await alice.takeResponse("INVITE")).status).toBe(480);
  });

  test("Timer C ends a device that rings for ever", async () => {
    await box.stop();
    box = await startBox({ timers: withTimers({ proxy: { ringMs: 60 } }) });
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.send(alice.request("INVITE", bobUri));
    const atBob = await bob.takeRequest("INVITE");
    bob.send(answerTo(bob, atBob, 180));
    const cancel = await bob.takeRequest("CANCEL");
    bob.send(responseTo(cancel, 200, { toTag: "b" }));
    bob.send(responseTo(atBob, 487, { toTag: "b" }));
    expect((await alice.takeResponse("INVITE")).status).toBe(487);
  });
});

describe("a connection that breaks", () => {
  test("a device that comes back keeps its dialogs, by its GRUU", async () => {
    const alice = await signedIn("alice");
    const before = await phoneOf("bob", "urn:uuid:b1");
    const registered = await before.register();
    const gruu = /pub-gruu="([^"]+)"/.exec(header(registered, "Contact") ?? "")?.[1] ?? "";
    expect(gruu).toBe("sip:bob@segue.example;gr=urn:uuid:b1");
    const invite = alice.request("INVITE", bobUri, { more: [["Contact", `<${alice.contact}>`]] });
    alice.send(invite);
    const atBob = await before.takeRequest("INVITE");
    before.send(answerTo(before, atBob, 200, gruu));
    const ok = await alice.takeResponse("INVITE");
    alice.send(alice.ack(invite, ok));
    await before.takeRequest("ACK");

    const inDialog = (method: string): SipRequest => ({ ...alice.ack(invite, ok), method });
    const ask = (method: string): SipRequest => {
      const one = inDialog(method);
      return {
        ...one,
        headers: one.headers.map((h): SipHeader => (h[0] === "CSeq" ? ["CSeq", `77 ${method}`] : h)),
      };
    };
    await before.close();
    alice.send(ask("INFO"));
    expect((await alice.takeResponse("INFO")).status).toBe(480);

    const after = await signedIn("bob", "urn:uuid:b1");
    alice.send(ask("BYE"));
    const bye = await after.takeRequest("BYE");
    after.send(responseTo(bye, 200));
    expect((await alice.takeResponse("BYE")).status).toBe(200);
  });

  test("a contact that is gone is found by the flow in Record-Route", async () => {
    const alice = await signedIn("alice");
    const before = await signedIn("bob", "urn:uuid:b1");
    const { invite, ok } = await call(alice, before);
    await before.close();
    const after = await signedIn("bob", "urn:uuid:b1");
    const ack = alice.ack(invite, ok);
    alice.send({
      ...ack,
      method: "BYE",
      headers: ack.headers.map((h): SipHeader => (h[0] === "CSeq" ? ["CSeq", "9 BYE"] : h)),
    });
    expect((await after.takeRequest("BYE")).uri).toBe(after.contact);
  });

  test("a flow that is dead is 480 while the device may come back, one that never was is 430", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob", "urn:uuid:b1")];
    const { invite, ok } = await call(alice, bob);
    await bob.close();
    const { headers: inDialog } = alice.ack(invite, ok);
    const cseq = (name: string, value: string): SipHeader => [name, name === "CSeq" ? "9 INFO" : value];
    const info = { method: "INFO", headers: inDialog.map(([name, value]) => cseq(name, value)) };
    alice.send({ ...alice.ack(invite, ok), ...info });
    expect((await alice.takeResponse("INFO")).status).toBe(480);
    const route: SipHeader = ["Route", "<sip:bob@pf.segue.example;lr;flow=none>"];
    alice.send(alice.request("INFO", "sip:bob@none.invalid", { more: [route] }));
    expect((await alice.takeResponse("INFO")).status).toBe(430);
  });

  test("an answer finds the caller on its next connection", async () => {
    const [before, bob] = [await signedIn("alice", "urn:uuid:a1"), await signedIn("bob")];
    before.send(before.request("INVITE", bobUri));
    const atBob = await bob.takeRequest("INVITE");
    await before.close();
    const after = await signedIn("alice", "urn:uuid:a1");
    bob.send(answerTo(bob, atBob, 200));
    expect((await after.takeResponse("INVITE")).status).toBe(200);
  });
});

describe("input that is no SIP", () => {
  test.each([
    ["noise", "hello\r\n\r\n"],
    [
      "a response to nothing",
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nf: <sip:a@b>;tag=1\r\nt: <sip:a@b>\r\ni: 1\r\nCSeq: 1 BYE\r\n\r\n",
    ],
    [
      "a response with a bad CSeq",
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x\r\nf: <sip:a@b>\r\nt: <sip:a@b>\r\ni: 1\r\nCSeq: x\r\n\r\n",
    ],
    [
      "an ACK of nothing",
      "ACK sip:bob@segue.example SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nf: <sip:alice@segue.example>;tag=1\r\nt: <sip:a@b>\r\ni: 1\r\nCSeq: 1 ACK\r\n\r\n",
    ],
    ["nothing but line breaks", "\r\n\r\n\r\n\r\n"],
    ["brackets", `${"<".repeat(20_000)}\r\n\r\n`],
  ])("%s: dropped, and the connection goes on", async (_name, text) => {
    const alice = await signedIn("alice");
    const before = alice.received.length;
    alice.sendText(text);
    alice.send(alice.request("OPTIONS", "sip:segue.example"));
    expect((await alice.takeResponse("OPTIONS")).status).toBe(200);
    expect(alice.received.length).toBe(before + 1);
  });

  test.each([
    ["a Content-Length that is too large", "Max-Forwards: 70\r\nContent-Length: 99", 400],
    ["a Route that can't be read", "Max-Forwards: 70\r\nRoute: <sip:", 400],
    ["two Call-IDs", "Max-Forwards: 70\r\nCall-ID: x", 400],
  ])("%s: answered", async (_name, evil, status) => {
    const alice = await signedIn("alice");
    const { headers: all } = alice.request("MESSAGE", bobUri);
    const lines = all.map(([name, value]) => (name === "Max-Forwards" ? evil : `${name}: ${value}`));
    alice.sendText(["MESSAGE sip:bob@segue.example SIP/2.0", ...lines, "", ""].join("\r\n"));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(status);
    expect([...box.refused().values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThan(0);
  });

  test("a keep-alive is answered and is no hop", async () => {
    const alice = await signedIn("alice");
    const rows = box.trace.sip.length;
    alice.sendText("\r\n\r\n");
    await expect.poll(() => alice.rawTexts.at(-1)).toBe("\r\n");
    expect(box.trace.sip.length).toBe(rows);
  });

  test("a message that is too large closes the connection, and only that", async () => {
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    alice.sendText("x".repeat(70_000));
    await expect.poll(() => alice.closeCode()).toBe(1009);
    bob.send(bob.request("OPTIONS", "sip:segue.example"));
    expect((await bob.takeResponse("OPTIONS")).status).toBe(200);
  });
});
