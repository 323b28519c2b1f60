import { describe, expect, it } from "vitest";
import { bareAddress, domainOf, personAddress, readAddress, uriOf, userOf } from "./addresses.ts";

const domain = "segue.example";

describe("what people type", () => {
  it.each([
    ["bob", "sip:bob@segue.example"],
    ["  Bob  ", "sip:bob@segue.example"],
    ["bob@example.org", "sip:bob@example.org"],
    ["SIP:Bob@Example.ORG", "sip:bob@example.org"],
    ["sips:bob@example.org", "sip:bob@example.org"],
    ["sip:bob@example.org:5061;transport=ws?subject=x", "sip:bob@example.org"],
    ['"Bob L" <sip:bob@example.org>', "sip:bob@example.org"],
    ["<sip:bob@example.org>;tag=x", "sip:bob@example.org"],
    ["b.o'b+c@example.org", "sip:b.o'b+c@example.org"],
    ["bob@[2001:db8::1]", "sip:bob@[2001:db8::1]"],
    ["+33 6 12 34 56 78", "sip:+33612345678@segue.example"],
    ["+33 (0)6-12.34", "sip:+3306 1234@segue.example".replace(" ", "")],
    ["tel:+33-6-12-34-56-78;phone-context=x", "sip:+33612345678@segue.example"],
    ["<tel:+33612345678>", "sip:+33612345678@segue.example"],
  ])("%j is %j", (typed, address) => {
    expect(readAddress(typed, domain)).toEqual({ address });
  });

  it.each([
    ["", "Type an address."],
    ["   ", "Type an address."],
    ["0612345678", "country code"],
    ["tel:0612345678", "country code"],
    ["<tel:0612345678>", "country code"],
    ["+12", "country code"],
    ["+1234567890123456", "country code"],
    ["sip:", "not an address"],
    ["sip:@example.org", "not an address"],
    ["sip:example.org", "not an address"],
    ["bob@", "not an address"],
    ["bob@a@b", "not an address"],
    ["bob:secret@example.org", "not an address"],
    ["bob smith", "not an address"],
    ["bob\r\nRoute: x", "not an address"],
    ["\u0000", "not an address"],
    ["bob@exa mple.org", "not an address"],
    ["mailto:bob@example.org", "not an address"],
    [`${"x".repeat(3_000)}@example.org`, "not an address"],
  ])("%j is refused with a reason", (typed, reason) => {
    expect(readAddress(typed, domain)).toEqual({ problem: expect.stringContaining(reason) });
  });
});

describe("whom a peer names", () => {
  it.each([
    ["sip:Bob@Example.org;user=phone", "sip:bob@example.org"],
    ["tel:+33-612345678", "sip:+33612345678@segue.example"],
    ["tel:1234", "tel:1234"],
    ["sip:example.org", null],
    ["", null],
    ["javascript:alert(1)", null],
    ["sip:a@b>,<sip:c@d", null],
  ])("%j is %j", (uri, address) => {
    expect(personAddress(uri, domain)).toBe(address);
  });
});

it("numbers are sent as such", () => {
  expect(uriOf("sip:+33612345678@segue.example")).toBe("sip:+33612345678@segue.example;user=phone");
  expect(uriOf("sip:bob@segue.example")).toBe("sip:bob@segue.example");
});

it("the parts of an address, none where there is none", () => {
  expect(userOf("sip:bob@h")).toBe("bob");
  expect(userOf("nonsense")).toBe("nonsense");
  expect(domainOf("sip:bob@Host.example:5060;x=y")).toBe("host.example");
  expect(domainOf("sip:host.example")).toBe("");
  expect(bareAddress("sip:Factory@h;conf=1")).toBe("sip:factory@h");
  expect(bareAddress("Not A URI")).toBe("not a uri");
});
