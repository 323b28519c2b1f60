/** What the sign-in form means, and the one thing it misses. */
import { describe, expect, it } from "vitest";
import { config } from "../testing/fixtures/people.ts";
import { demoSignIn, fullAddress, signInOf, type Typed } from "./sign-in-form.ts";

const preset = config.presets[0]!;
const typed = (more: Partial<Typed> = {}): Typed => ({
  server: "/sip",
  address: "bob",
  password: "bob",
  factory: "",
  relay: "/msrp",
  keep: false,
  ...more,
});

describe("addresses", () => {
  it.each([
    ["bob", "sip:bob@segue.example"],
    [" SIP:Bob@Other.example ", "sip:bob@other.example"],
    ["bob@", null],
    ["@host", null],
    ["", null],
    ["bob@a@b", null],
    ["bob smith@host", null],
    ["bob@host;x=y", null],
  ])("%j means %j", (text, expected) => {
    expect(fullAddress(text, "segue.example")).toBe(expected);
  });

  it("need a host where no server is known", () => {
    expect(fullAddress("bob", null)).toBeNull();
  });
});

describe("the form", () => {
  it("asks for one thing at a time, from the top", () => {
    const missing = (more: Partial<Typed>) => {
      const result = signInOf(typed(more), preset);
      return "problem" in result ? result.field : null;
    };
    expect(missing({ address: "", password: "", server: "" })).toBe("address");
    expect(missing({ password: "", server: "" })).toBe("password");
    expect(missing({ server: " " })).toBe("server");
    expect(missing({})).toBeNull();
  });

  it("takes an empty factory for none", () => {
    expect(signInOf(typed(), preset)).toMatchObject({ factory: null, address: "sip:bob@segue.example" });
  });

  it("keeps nothing of a demo account", () => {
    expect(demoSignIn(preset, preset.demo[0]!)).toMatchObject({
      keep: false,
      name: "Alice Moreau",
      relay: "/msrp",
    });
  });
});
