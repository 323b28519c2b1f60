/** A connection that breaks takes no dialog with it: the device comes back, and is found. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bobUri, boxPhones, call, type BoxPhones } from "../../testing/box-phones.ts";
import { answerTo } from "../../testing/raw-phone.ts";
import { header, responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones();
});
afterEach(() => phones.stop());

describe("a connection that breaks", () => {
  test("a device that comes back keeps its dialogs, by its GRUU", async () => {
    const alice = await phones.signedIn("alice");
    const before = await phones.phone("bob", "urn:uuid:b1");
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

    const after = await phones.signedIn("bob", "urn:uuid:b1");
    alice.send(ask("BYE"));
    const bye = await after.takeRequest("BYE");
    after.send(responseTo(bye, 200));
    expect((await alice.takeResponse("BYE")).status).toBe(200);
  });

  test("a contact that is gone is found by the flow in Record-Route", async () => {
    const alice = await phones.signedIn("alice");
    const before = await phones.signedIn("bob", "urn:uuid:b1");
    const { invite, ok } = await call(alice, before);
    await before.close();
    const after = await phones.signedIn("bob", "urn:uuid:b1");
    const ack = alice.ack(invite, ok);
    alice.send({
      ...ack,
      method: "BYE",
      headers: ack.headers.map((h): SipHeader => (h[0] === "CSeq" ? ["CSeq", "9 BYE"] : h)),
    });
    expect((await after.takeRequest("BYE")).uri).toBe(after.contact);
  });

  test("a flow that is dead is 480 while the device may come back, one that never was is 430", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob", "urn:uuid:b1")];
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
    const [before, bob] = [await phones.signedIn("alice", "urn:uuid:a1"), await phones.signedIn("bob")];
    before.send(before.request("INVITE", bobUri));
    const atBob = await bob.takeRequest("INVITE");
    await before.close();
    const after = await phones.signedIn("alice", "urn:uuid:a1");
    bob.send(answerTo(bob, atBob, 200));
    expect((await after.takeResponse("INVITE")).status).toBe(200);
  });
});
