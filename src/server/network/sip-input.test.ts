/** Input that is no SIP, or hardly: dropped or answered, and nobody else notices. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bobUri, boxPhones, type BoxPhones } from "../../testing/box-phones.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones({ trace: true });
});
afterEach(() => phones.stop());

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
    const alice = await phones.signedIn("alice");
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
    const alice = await phones.signedIn("alice");
    const { headers: all } = alice.request("MESSAGE", bobUri);
    const lines = all.map(([name, value]) => (name === "Max-Forwards" ? evil : `${name}: ${value}`));
    alice.sendText(["MESSAGE sip:bob@segue.example SIP/2.0", ...lines, "", ""].join("\r\n"));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(status);
    expect([...phones.box.refused().values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThan(0);
  });

  test("a keep-alive is answered and is no hop", async () => {
    const alice = await phones.signedIn("alice");
    const rows = phones.box.trace.sip.length;
    alice.sendText("\r\n\r\n");
    await expect.poll(() => alice.rawTexts.at(-1)).toBe("\r\n");
    expect(phones.box.trace.sip.length).toBe(rows);
  });

  test("a message that is too large closes the connection, and only that", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.sendText("x".repeat(70_000));
    await expect.poll(() => alice.closeCode()).toBe(1009);
    bob.send(bob.request("OPTIONS", "sip:segue.example"));
    expect((await bob.takeResponse("OPTIONS")).status).toBe(200);
  });
});

describe("from somebody who has not signed in", () => {
  test("more than a REGISTER needs is refused, and the connection closed", async () => {
    const mallory = await phones.phone("mallory");
    mallory.send(mallory.request("INVITE", bobUri, { body: "x".repeat(9_000) }));
    expect((await mallory.takeResponse("INVITE")).status).toBe(513);
    await expect.poll(() => mallory.closeCode()).toBe(1000);
    expect(phones.box.refused().get("too large from a stranger")).toBe(1);
  });

  test("few requests at a time are kept in mind", async () => {
    const mallory = await phones.phone("mallory");
    for (let n = 0; n < 33; n += 1) mallory.send(mallory.request("INVITE", bobUri));
    const answers: number[] = [];
    while (answers.length < 33) answers.push((await mallory.takeResponse("INVITE")).status);
    expect(answers).toEqual([...Array.from({ length: 32 }, () => 403), 503]);
    expect(phones.box.openTransactions()).toBe(32);
  });
});
