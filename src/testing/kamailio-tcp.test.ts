/**
 * SIP over TCP on our Kamailio, where its operator has said so, by a telephone ruder than those one can buy: who may
 * speak for whom is the same there as over a WebSocket.
 */
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";
import { openPhone, phoneOver, type Phone, type PhoneWire } from "./raw-phone.ts";

const addressOf = (user: string): string => `sip:${user}@segue.example`;
const text: readonly SipHeader[] = [["Content-Type", "text/plain"]];

/** Messages follow each other on one stream, and their Content-Length tells them apart (RFC 3261 §18.3). */
async function openTcpPhone(port: number, user: string): Promise<Phone> {
  const socket = connect(port, "127.0.0.1");
  const wire: PhoneWire = {
    send: (message) => void socket.write(message.replaceAll("SIP/2.0/WS", "SIP/2.0/TCP")),
    close: () => void socket.destroy(),
    onText: null,
    onClose: null,
  };
  let rest = Buffer.alloc(0);
  socket.on("data", (more: Buffer) => {
    rest = Buffer.concat([rest, more]);
    for (let end = rest.indexOf("\r\n\r\n"); end >= 0; end = rest.indexOf("\r\n\r\n")) {
      const head = rest.toString("utf8", 0, end);
      const whole = end + 4 + Number(/^Content-Length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
      if (rest.length < whole) return;
      const message = rest.toString("utf8", 0, whole);
      rest = rest.subarray(whole);
      wire.onText?.(message);
    }
  });
  socket.on("error", () => {});
  socket.on("close", () => wire.onClose?.());
  await new Promise<void>((done, failed) => {
    socket.once("connect", () => done());
    socket.once("error", failed);
  });
  return phoneOver(wire, user);
}

describe.skipIf(whyNoKamailio !== null)(
  `SIP over TCP on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    const phones: Phone[] = [];

    beforeAll(async () => {
      network = await startKamailioNetwork({ tcp: true });
    });
    afterEach(async () => {
      await Promise.all(phones.splice(0).map((phone) => phone.close()));
    });
    afterAll(() => network?.stop());

    async function overTcp(user: string): Promise<Phone> {
      const phone = await openTcpPhone(network.kamailio.ports[2], user);
      phones.push(phone);
      return phone;
    }
    async function overWebSocket(user: string): Promise<Phone> {
      const phone = await openPhone(network.kamailio.port, user, { path: "/ws" });
      phones.push(phone);
      expect((await phone.register()).status).toBe(200);
      return phone;
    }
    async function statusOf(phone: Phone, request: SipRequest): Promise<number> {
      phone.send(request);
      return (await phone.takeResponse(request.method)).status;
    }

    it("who has not proved who it is, or says to be another, is refused", async () => {
      const bob = await overTcp("bob");
      const message = (from: string): SipRequest =>
        bob.request("MESSAGE", addressOf("alice"), {
          from: `<${addressOf(from)}>;tag=x`,
          more: text,
          body: "x",
        });
      expect(await statusOf(bob, message("bob"))).toBe(403);
      expect((await bob.register({ password: "wrong" })).status).toBe(401);
      expect(await statusOf(bob, message("bob"))).toBe(403);
      expect((await bob.register()).status).toBe(200);
      expect(await statusOf(bob, message("carol"))).toBe(403);
    });

    it("a MESSAGE goes both ways between TCP and WebSocket, with the network's word for who sent it", async () => {
      const [alice, bob] = [await overWebSocket("alice"), await overTcp("bob")];
      expect((await bob.register()).status).toBe(200);
      const claim: SipHeader = ["P-Asserted-Identity", `<${addressOf("carol")}>`];
      for (const [from, to] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        from.send(from.request("MESSAGE", addressOf(to.user), { more: [...text, claim], body: "Hé." }));
        const message = await to.takeRequest("MESSAGE");
        expect(message.body).toBe("Hé.");
        expect(headers(message, "P-Asserted-Identity")).toEqual([
          expect.stringContaining(`<${addressOf(from.user)}>`),
        ]);
        expect(header(message, "Record-Route")).toBe(null);
        to.send(responseTo(message, 202, { toTag: "t" }));
        expect((await from.takeResponse("MESSAGE")).status).toBe(202);
      }
    });

    it("whose connection has closed is not there, and no connection is opened to it", async () => {
      const [alice, bob] = [await overWebSocket("alice"), await overTcp("bob")];
      expect((await bob.register()).status).toBe(200);
      await bob.close();
      phones.splice(phones.indexOf(bob), 1);
      // Kamailio hears of it in a process of its own; what is asked before goes nowhere.
      const statuses = (): readonly number[] => {
        alice.send(alice.request("MESSAGE", addressOf("bob"), { more: text, body: "x" }));
        return alice.received.flatMap((one) =>
          one.kind === "response" && (header(one, "CSeq") ?? "").endsWith("MESSAGE") && one.status >= 200
            ? [one.status]
            : [],
        );
      };
      await expect.poll(statuses).toContain(480);
    });

    it("only where it listens for that: the port of the WebSockets takes none", async () => {
      const socket = connect(network.kamailio.port, "127.0.0.1").setEncoding("utf8");
      let answered = "";
      socket.on("data", (more: string) => {
        answered += more;
      });
      const fields = ["Via: SIP/2.0/TCP x.invalid;branch=z9hG4bKx", "CSeq: 1 OPTIONS", "Call-ID: x"];
      const people = ["From: <sip:bob@segue.example>;tag=x", "To: <sip:segue.example>", "Content-Length: 0"];
      socket.write(["OPTIONS sip:segue.example SIP/2.0", ...fields, ...people, "", ""].join("\r\n"));
      // What it does answer comes after what it did not.
      socket.write("GET /ready HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
      await new Promise((done) => socket.once("close", done));
      expect(answered).toMatch(/^HTTP\/1.1 200 OK/);
      expect(answered).not.toContain("SIP/2.0 ");
    });
  },
);
