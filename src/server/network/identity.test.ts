/** Who a request is from is what the network knows, not what anybody says (decision 2). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bobUri, boxPhones, type BoxPhones } from "../../testing/box-phones.ts";
import { header, headers, responseTo } from "../../wire/sip.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones();
});
afterEach(() => phones.stop());

describe("who says so", () => {
  test("what a device claims is stripped, what the network knows is put in its place", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
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
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { from: "<sip:carol@segue.example>;tag=1" }));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(403);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });

  test("an answer's claims are stripped too", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri));
    const message = await bob.takeRequest("MESSAGE");
    bob.send(
      responseTo(message, 200, { toTag: "b", headers: [["P-Asserted-Identity", "<sip:x@segue.example>"]] }),
    );
    expect(header(await alice.takeResponse("MESSAGE"), "P-Asserted-Identity")).toBeNull();
  });

  test("who has not registered may do nothing", async () => {
    const [alice, bob] = [await phones.phone("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(403);
    expect(bob.received.filter((one) => one.kind === "request")).toEqual([]);
  });

  test("who asks for privacy is not named (RFC 3325 §7)", async () => {
    const [alice, bob] = [await phones.signedIn("alice"), await phones.signedIn("bob")];
    alice.send(alice.request("MESSAGE", bobUri, { more: [["Privacy", "id"]] }));
    expect(header(await bob.takeRequest("MESSAGE"), "P-Asserted-Identity")).toBeNull();
  });
});
