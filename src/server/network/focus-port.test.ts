/** The focus's place in the network: two hops to it, two hops from it, and its word is believed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { corePhones, type CorePhones } from "../../testing/core-phones.ts";
import { answerTo, phoneOver, routesOf, targetOf, type Phone } from "../../testing/raw-phone.ts";
import { header, headers, parseSip, responseTo, type SipHeader } from "../../wire/sip.ts";
import { parseCSeq } from "../../wire/sip-uri.ts";
import { focusUser } from "./accounts.ts";

const factory = `sip:${focusUser}@segue.example`;
const conference = `${factory};conf=1234`;
let ground: CorePhones;

beforeEach(() => {
  ground = corePhones();
});
afterEach(() => ground.core.close());

const phoneOf = (user: string): Phone => ground.phone(user);
const signedIn = (user: string): Promise<Phone> => ground.signedIn(user);
const focusPhone = (): Phone => phoneOver(ground.core.connectFocus(), focusUser);

const hops = (method: string): readonly string[] =>
  ground.trace.sip.flatMap(({ from, to, message }) => {
    const parsed = parseSip(message);
    if (parseCSeq(header(parsed, "CSeq") ?? "").method !== method) return [];
    const what = parsed.kind === "request" ? parsed.method : String(parsed.status);
    return what === "100" ? [] : [`${from} > ${to} ${what} ${headers(parsed, "Via").length}`];
  });

describe("towards the focus", () => {
  test("two hops there, two back; then in the dialog the same", async () => {
    const [alice, x] = [await signedIn("alice"), focusPhone()];
    const invite = alice.request("INVITE", factory, { more: [["Contact", `<${alice.contact}>`]] });
    alice.send(invite);
    const atX = await x.takeRequest("INVITE");
    expect(atX.uri).toBe(factory);
    expect(header(atX, "P-Asserted-Identity")).toBe('"Alice Moreau" <sip:alice@segue.example>');
    x.send(answerTo(x, atX, 200, conference));
    const ok = await alice.takeResponse("INVITE");
    alice.send(alice.ack(invite, ok));
    expect((await x.takeRequest("ACK")).uri).toBe(conference);
    expect(hops("INVITE")).toEqual([
      "alice > PF alice INVITE 1",
      "PF alice > X INVITE 2",
      "X > PF alice 200 2",
      "PF alice > alice 200 1",
    ]);

    x.send(
      x.request("BYE", targetOf(atX), {
        from: `<${factory}>;tag=tag-${focusUser}`,
        to: header(atX, "From") ?? "",
        callId: header(atX, "Call-ID") ?? "",
        more: routesOf(headers(atX, "Record-Route")),
      }),
    );
    alice.send(responseTo(await alice.takeRequest("BYE"), 200));
    expect((await x.takeResponse("BYE")).status).toBe(200);
    expect(hops("BYE")).toEqual([
      "X > PF alice BYE 1",
      "PF alice > alice BYE 2",
      "alice > PF alice 200 2",
      "PF alice > X 200 1",
    ]);
  });

  test("a Request-URI with conf is not touched", async () => {
    const [alice, x] = [await signedIn("alice"), focusPhone()];
    alice.send(alice.request("SUBSCRIBE", conference));
    expect((await x.takeRequest("SUBSCRIBE")).uri).toBe(conference);
  });

  test("no focus: 480", async () => {
    const alice = await signedIn("alice");
    alice.send(alice.request("INVITE", factory));
    expect((await alice.takeResponse("INVITE")).status).toBe(480);
  });

  test("nobody else can register as the focus", async () => {
    const eve = phoneOf(focusUser);
    expect((await eve.register({ password: focusUser })).status).toBe(403);
  });
});

describe("from the focus", () => {
  test("steps 3 to 6; what it asserts and by whom it was referred is passed on", async () => {
    const [bob, x] = [await signedIn("bob"), focusPhone()];
    const claims: readonly SipHeader[] = [
      ["P-Asserted-Identity", `<${factory}>`],
      ["Referred-By", "<sip:alice@segue.example>"],
      ["Replaces", "c;to-tag=1;from-tag=2"],
    ];
    x.send(x.request("INVITE", "sip:bob@segue.example", { from: `<${conference}>;tag=x`, more: claims }));
    const atBob = await bob.takeRequest("INVITE");
    for (const [name, value] of claims) expect(headers(atBob, name)).toEqual([value]);
    bob.send(answerTo(bob, atBob, 200));
    await x.takeResponse("INVITE");
    expect(hops("INVITE")).toEqual([
      "X > PF bob INVITE 1",
      "PF bob > bob INVITE 2",
      "bob > PF bob 200 2",
      "PF bob > X 200 1",
    ]);
  });

  test.each([
    ["nobody", "sip:zoe@segue.example", 404],
    ["itself", factory, 404],
    ["another domain", "sip:bob@elsewhere.example", 404],
    ["who is not there", "sip:carol@segue.example", 480],
  ])("to %s", async (_name, uri, status) => {
    const x = focusPhone();
    x.send(x.request("INVITE", uri));
    expect((await x.takeResponse("INVITE")).status).toBe(status);
  });

  test("its probe and its noise are answered", async () => {
    const x = focusPhone();
    x.send(x.request("OPTIONS", "sip:segue.example"));
    expect((await x.takeResponse("OPTIONS")).status).toBe(200);
    const { headers: all } = x.request("INFO", "sip:bob@segue.example");
    const lines = all.map(([name, value]) => `${name}: ${name === "Max-Forwards" ? "many" : value}`);
    x.sendText(["INFO sip:bob@segue.example SIP/2.0", ...lines, "", ""].join("\r\n"));
    expect((await x.takeResponse("INFO")).status).toBe(400);
    x.sendText("noise");
    x.send(x.request("OPTIONS", "sip:segue.example"));
    expect((await x.takeResponse("OPTIONS")).status).toBe(200);
  });

  test("a focus elsewhere signs in like anybody, and is believed like the one in the box", async () => {
    const [bob, x] = [await signedIn("bob"), phoneOf(focusUser)];
    expect((await x.register({ password: "focus-secret" })).status).toBe(200);
    x.send(
      x.request("MESSAGE", "sip:bob@segue.example", { more: [["Referred-By", "<sip:alice@segue.example>"]] }),
    );
    expect(header(await bob.takeRequest("MESSAGE"), "Referred-By")).toBe("<sip:alice@segue.example>");
    bob.send(bob.request("MESSAGE", conference));
    expect((await x.takeRequest("MESSAGE")).uri).toBe(conference);
    await x.close();
    // What it has not answered it never will.
    expect((await bob.takeResponse("MESSAGE")).status).toBe(500);
    bob.send(bob.request("MESSAGE", conference));
    expect((await bob.takeResponse("MESSAGE")).status).toBe(480);
  });
});

test("a focus that comes back is not cut off by the end of its old connection", async () => {
  const [alice, before] = [await signedIn("alice"), phoneOf(focusUser)];
  await before.register({ password: "focus-secret" });
  const after = phoneOf(focusUser);
  await after.register({ password: "focus-secret" });
  await before.close();
  alice.send(alice.request("MESSAGE", factory));
  expect((await after.takeRequest("MESSAGE")).uri).toBe(factory);
});

test("a binding that has run out is no longer reached", async () => {
  const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
  ground.clock.advance(599_000);
  alice.send(alice.request("MESSAGE", "sip:bob@segue.example"));
  bob.send(responseTo(await bob.takeRequest("MESSAGE"), 200, { toTag: "b" }));
  expect((await alice.takeResponse("MESSAGE")).status).toBe(200);
  ground.clock.advance(1_001);
  alice.send(alice.request("MESSAGE", "sip:bob@segue.example"));
  expect((await alice.takeResponse("MESSAGE")).status).toBe(480);
});

test("nothing is left when all is over", async () => {
  const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
  const invite = alice.request("INVITE", "sip:bob@segue.example");
  alice.send(invite);
  const atBob = await bob.takeRequest("INVITE");
  bob.send(answerTo(bob, atBob, 200));
  alice.send(alice.ack(invite, await alice.takeResponse("INVITE")));
  await bob.takeRequest("ACK");
  ground.clock.advance(40_000);
  expect(ground.core.transactions()).toBe(0);
});
