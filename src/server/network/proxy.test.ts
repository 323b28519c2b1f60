/** What goes no further: refused, or answered here. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bobUri, boxPhones, type BoxPhones } from "../../testing/box-phones.ts";
import { corePhones, type CorePhones } from "../../testing/core-phones.ts";
import { answerTo } from "../../testing/raw-phone.ts";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { serverTimers } from "../timers.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones();
});
afterEach(() => phones.stop());

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
    const [alice] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", uri, options));
    const answer = await alice.takeResponse("MESSAGE");
    expect(answer.status).toBe(status);
    expect(header(answer, "Unsupported")).toBe(status === 420 ? "magic" : null);
  });

  test("Require is for the other end", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { more: [["Require", "magic"]] }));
    expect(header(await bob.takeRequest("MESSAGE"), "Require")).toBe("magic");
  });

  test("a loop is seen; coming by again on the way to somebody else is none", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
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

  test("a way to and fro within the network is not gone", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    const routes = (many: number): readonly SipHeader[] =>
      Array.from({ length: many }, (_, n): SipHeader => [
        "Route",
        `<sip:${n % 2 === 0 ? "bob" : "alice"}@pf.segue.example;lr>`,
      ]);
    const ask = (many: number): void =>
      alice.send(alice.request("MESSAGE", bobUri, { maxForwards: 255, more: routes(many) }));
    ask(9);
    expect((await alice.takeResponse("MESSAGE")).status).toBe(400);
    ask(2);
    bob.send(answerTo(bob, await bob.takeRequest("MESSAGE"), 200));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(200);
  });

  test("OPTIONS to the server is answered", async () => {
    const alice = await phones.signedIn("alice");
    alice.send(alice.request("OPTIONS", "sip:segue.example"));
    const answer = await alice.takeResponse("OPTIONS");
    expect(answer.status).toBe(200);
    expect(header(answer, "Allow")).toContain("REFER");
  });

  test("OPTIONS to somebody else that has no hops left is answered here (§16.3)", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 0 }));
    expect((await alice.takeResponse("OPTIONS")).status).toBe(200);
    // one more: as far as bob's own function
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 1 }));
    expect((await alice.takeResponse("OPTIONS")).status).toBe(200);
    alice.send(alice.request("OPTIONS", bobUri, { maxForwards: 2 }));
    expect(header(await bob.takeRequest("OPTIONS"), "Max-Forwards")).toBe("0");
  });

  test("a device that goes away while it is asked is 480", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("INVITE", bobUri));
    await bob.takeRequest("INVITE");
    await bob.close();
    expect((await alice.takeResponse("INVITE")).status).toBe(480);
  });
});

describe("silence", () => {
  let ground: CorePhones;
  beforeEach(() => {
    ground = corePhones();
  });
  afterEach(() => ground.core.close());

  test("to the end is 408", async () => {
    const [alice, bob] = [await ground.signedIn("alice"), await ground.signedIn("bob")];
    alice.send(alice.request("INVITE", bobUri));
    await bob.takeRequest("INVITE");
    ground.clock.advance(serverTimers.proxy.answerMs);
    expect((await alice.takeResponse("INVITE")).status).toBe(408);
  });

  test("of a device that rings for ever is ended by Timer C", async () => {
    const [alice, bob] = [await ground.signedIn("alice"), await ground.signedIn("bob")];
    alice.send(alice.request("INVITE", bobUri));
    const atBob = await bob.takeRequest("INVITE");
    bob.send(answerTo(bob, atBob, 180));
    await alice.takeResponse("INVITE", 180);
    ground.clock.advance(serverTimers.proxy.ringMs);
    const cancel = await bob.takeRequest("CANCEL");
    bob.send(responseTo(cancel, 200, { toTag: "b" }));
    bob.send(responseTo(atBob, 487, { toTag: "b" }));
    expect((await alice.takeResponse("INVITE")).status).toBe(487);
  });
});
