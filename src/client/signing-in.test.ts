/** What is given to sign in with: told why it can't be, or by what name one goes. */
import { expect, it } from "vitest";
import { bob, factory, scriptedPerson } from "../testing/scripted-person.ts";

it.each(["", "bob", "+33612345678", "tel:+33612345678", "not an address", "sip:@x"])(
  "signing in as %j: told why not",
  (address) => {
    const at = scriptedPerson();
    const { server, relay } = at.state().config.presets[0]!;
    at.actions.signIn({ address, server, relay, password: "", factory, keep: true });
    expect(at.state().session).toMatchObject({ is: "signed-out", problem: expect.any(String) });
  },
);

it("signing in at what is no server: told why not", () => {
  const at = scriptedPerson();
  for (const server of ["javascript:alert(1)", "http://[", "ftp://x"])
    at.actions.signIn({ address: bob, server, relay: "/msrp", password: "", factory, keep: true });
  expect(at.state().session).toMatchObject({ is: "signed-out", problem: expect.stringContaining("URL") });
});

it("a name is one line: from the preset where none is given, else from the address", () => {
  const at = scriptedPerson();
  const { server, relay } = at.state().config.presets[0]!;
  const as = (address: string, name?: string): string => {
    at.actions.signIn({
      address,
      server,
      relay,
      password: "",
      factory,
      keep: false,
      ...(name === undefined ? {} : { name }),
    });
    at.online();
    const { session } = at.state();
    return session.is === "signed-in" ? session.name : "";
  };
  expect(as(bob)).toBe("Bob");
  expect(as(bob, "  ")).toBe("Bob");
  expect(as(bob, "Bob\r\nthe Builder")).toBe("Bob the Builder");
  expect(as("sip:zoe@segue.example", "")).toBe("zoe");
});
