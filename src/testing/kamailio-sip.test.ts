/**
 * What our Kamailio lets through, by telephones ruder than the client: who may say who they are, what is routed
 * where, and what is refused with which status.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";
import { answerTo, openPhone, routesOf, targetOf, type Phone, type PhoneOptions } from "./raw-phone.ts";

const factory = "sip:conference-factory@segue.example";
const addressOf = (user: string): string => `sip:${user}@segue.example`;

describe.skipIf(whyNoKamailio !== null)(
  `SIP on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    const phones: Phone[] = [];

    beforeAll(async () => {
      network = await startKamailioNetwork();
    });
    afterEach(async () => {
      await Promise.all(phones.splice(0).map((phone) => phone.close()));
    });
    afterAll(() => network?.stop());

    async function open(user: string, options: PhoneOptions = {}): Promise<Phone> {
      const phone = await openPhone(network.kamailio.port, user, { ...options, path: "/ws" });
      phones.push(phone);
      return phone;
    }
    async function registered(user: string, options: PhoneOptions = {}): Promise<Phone> {
      const phone = await open(user, options);
      expect((await phone.register()).status).toBe(200);
      return phone;
    }
    async function statusOf(phone: Phone, request: SipRequest): Promise<number> {
      phone.send(request);
      return (await phone.takeResponse(request.method)).status;
    }

    it("takes out what a user claims about identity, and puts in what the server knows", async () => {
      const [alice, bob] = [await registered("alice"), await registered("bob")];
      const claims: readonly SipHeader[] = [
        ["P-Asserted-Identity", "<sip:carol@segue.example>"],
        ["p-asserted-identity", `"Somebody" <${factory}>`],
        ["P-Asserted-Service", "urn:urn-7:forged"],
        ["P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session"],
        ["P-Preferred-Identity", "<sip:carol@segue.example>"],
        ["Referred-By", "<sip:carol@segue.example>"],
        ["b", "<sip:dave@segue.example>"],
        ["Record-Route", "<sip:elsewhere.example;lr>"],
        ["Contact", `<${alice.contact}>`],
      ];
      const invite = alice.request("INVITE", addressOf("bob"), { more: claims });
      alice.send(invite);
      const got = await bob.takeRequest("INVITE");
      expect(headers(got, "P-Asserted-Identity")).toEqual(['"Alice Moreau" <sip:alice@segue.example>']);
      expect(headers(got, "P-Asserted-Service")).toEqual(["urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session"]);
      expect(header(got, "Referred-By")).toBe(null);
      expect(header(got, "P-Preferred-Service")).toBe(null);
      expect(headers(got, "Record-Route").join()).not.toContain("elsewhere");

      const answer = answerTo(bob, got, 200);
      bob.send({
        ...answer,
        headers: [
          ...answer.headers,
          ["P-Asserted-Identity", "<sip:carol@segue.example>"],
          ["Referred-By", "<sip:carol@segue.example>"],
        ],
      });
      const ok = await alice.takeResponse("INVITE", 200);
      expect([header(ok, "P-Asserted-Identity"), header(ok, "Referred-By")]).toEqual([null, null]);
      alice.send(alice.ack(invite, ok));
      await bob.takeRequest("ACK");
    });

    it("refuses another user's From, and everything before REGISTER", async () => {
      const alice = await registered("alice");
      await registered("bob");
      const asBob = { from: "<sip:bob@segue.example>;tag=forged" };
      expect(await statusOf(alice, alice.request("MESSAGE", addressOf("bob"), asBob))).toBe(403);
      const elsewhere = { from: "<sip:alice@elsewhere.example>;tag=forged" };
      expect(await statusOf(alice, alice.request("MESSAGE", addressOf("bob"), elsewhere))).toBe(403);
      const asFocus = { from: `<${factory};conf=1>;tag=forged` };
      expect(await statusOf(alice, alice.request("INVITE", addressOf("bob"), asFocus))).toBe(403);
      const nobody = await open("carol");
      expect(await statusOf(nobody, nobody.request("MESSAGE", addressOf("bob")))).toBe(403);
    });

    it("binds a connection to one user, and closes it after five wrong passwords", async () => {
      const alice = await registered("alice");
      const other = alice.request("REGISTER", "sip:segue.example", {
        from: "<sip:bob@segue.example>;tag=1",
        to: "<sip:bob@segue.example>",
      });
      expect(await statusOf(alice, other)).toBe(403);
      const guesser = await open("conference-factory");
      const guesses: number[] = [];
      while (guesser.closeCode() === null && guesses.length < 10)
        guesses.push(
          await guesser.register({ password: "guess" }).then(
            ({ status }) => status,
            () => 0,
          ),
        );
      expect(guesses).toEqual([401, 401, 401, 401, 0]);
    });

    it.each([
      ["https://evil.example", 403],
      ["null", 403],
      ["app", 101],
      [undefined, 101],
    ])("a WebSocket for a page of %s: %i", async (page, wanted) => {
      const origin = page === "app" ? new URL(network.url).origin : page;
      const socket = new WebSocket(network.kamailio.url, "sip", origin === undefined ? {} : { origin });
      const status = await new Promise<number | undefined>((resolve) => {
        socket.once("upgrade", ({ statusCode }) => resolve(statusCode));
        socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode));
        socket.on("error", () => {});
      });
      socket.terminate();
      expect(status).toBe(wanted);
    });

    it("hands the focus the address that was asked for, ;conf= and all", async () => {
      const alice = await registered("alice");
      const group = `${factory};conf=0f0e0d0c-0b0a-4908-8706-050403020100`;
      expect(await statusOf(alice, alice.request("OPTIONS", group))).toBe(404);
      expect(network.trace.sip.map(({ message }) => message.split("\r\n")[0])).toContain(
        `OPTIONS ${group} SIP/2.0`,
      );
      expect(await statusOf(alice, alice.request("OPTIONS", factory))).toBe(200);
    });

    it("a dialog with a GRUU in Contact outlives the connection", async () => {
      const instance = "urn:uuid:00000000-0000-4000-8000-00000000000b";
      const alice = await registered("alice");
      const bob = await open("bob", { instance });
      const ok = await bob.register();
      const gruu = /pub-gruu="([^"]+)"/.exec(header(ok, "Contact") ?? "")?.[1] ?? "";
      expect(gruu).toBe(`sip:bob@segue.example;gr=${instance}`);
      const invite = alice.request("INVITE", addressOf("bob"), { more: [["Contact", `<${alice.contact}>`]] });
      alice.send(invite);
      const got = await bob.takeRequest("INVITE");
      bob.send(answerTo(bob, got, 200, gruu));
      const accepted = await alice.takeResponse("INVITE", 200);
      expect(targetOf(accepted)).toBe(gruu);
      alice.send(alice.ack(invite, accepted));
      await bob.takeRequest("ACK");

      await bob.close();
      const again = await open("bob", { instance });
      await again.register();
      const bye = alice.request("BYE", gruu, {
        to: header(accepted, "To") ?? "",
        callId: header(accepted, "Call-ID") ?? "",
        more: routesOf(headers(accepted, "Record-Route").toReversed()),
      });
      alice.send(bye);
      again.send(responseTo(await again.takeRequest("BYE"), 200));
      expect((await alice.takeResponse("BYE")).status).toBe(200);
    });

    it("says the right kind of no", async () => {
      const alice = await registered("alice");
      expect(await statusOf(alice, alice.request("MESSAGE", addressOf("nobody")))).toBe(404);
      expect(await statusOf(alice, alice.request("MESSAGE", addressOf("erin")))).toBe(480);
      expect(await statusOf(alice, alice.request("MESSAGE", "sip:bob@elsewhere.example"))).toBe(403);
      expect(await statusOf(alice, alice.request("CANCEL", addressOf("bob")))).toBe(481);
      expect(await statusOf(alice, alice.request("OPTIONS", "sip:segue.example"))).toBe(200);
      const more: readonly SipHeader[] = [["Proxy-Require", "magic"]];
      expect(await statusOf(alice, alice.request("MESSAGE", addressOf("bob"), { more }))).toBe(420);
      const long = alice.request("MESSAGE", addressOf("bob"), { body: "x".repeat(50_000) });
      expect(await statusOf(alice, long)).toBe(513);
      const within = alice.request("BYE", "sip:bob@gone.invalid;transport=ws", {
        to: "<sip:bob@x.invalid>;tag=1",
      });
      expect(await statusOf(alice, within)).toBe(404);
      const required = await open("bob");
      const answer = await required.register({ more: [["Require", "magic"]] });
      expect([answer.status, header(answer, "Unsupported")]).toEqual([420, "magic"]);
    });

    it("an older REGISTER that comes late removes nothing", async () => {
      const alice = await registered("alice");
      const bob = await registered("bob");
      const late = bob.request("REGISTER", "sip:segue.example", {
        to: addressOf("bob"),
        callId: header(bob.received[0]!, "Call-ID") ?? "",
        cseq: 1,
        more: [
          ["Contact", `<${bob.contact}>`],
          ["Expires", "0"],
        ],
      });
      expect(
        await statusOf(bob, {
          ...late,
          headers: late.headers.map(([n, v]) => [n, n === "To" ? `<${v}>` : v]),
        }),
      ).toBe(500);
      alice.send(alice.request("MESSAGE", addressOf("bob")));
      bob.send(responseTo(await bob.takeRequest("MESSAGE"), 200));
      expect((await alice.takeResponse("MESSAGE")).status).toBe(200);
    });

    it("a large INVITE passes whole", async () => {
      const [alice, bob] = [await registered("alice"), await registered("bob")];
      const body = "é".repeat(16_000);
      alice.send(
        alice.request("INVITE", addressOf("bob"), {
          more: [
            ["Contact", `<${alice.contact}>`],
            ["Content-Type", "text/plain"],
          ],
          body,
        }),
      );
      const got = await bob.takeRequest("INVITE");
      expect(got.body).toBe(body);
      bob.send(responseTo(got, 486, { toTag: "busy" }));
      expect((await alice.takeResponse("INVITE")).status).toBe(486);
    });
  },
);
