/** REGISTER over real sockets: digest, contacts, what is refused. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { boxPhones, type BoxPhones } from "../../testing/box-phones.ts";
import { type Phone } from "../../testing/raw-phone.ts";
import { formatCredentials, parseChallenge, digestResponse, ha1 } from "../../wire/digest.ts";
import { header, headers, responseTo, type SipHeader } from "../../wire/sip.ts";
import { withTimers } from "../timers.ts";

let phones: BoxPhones;
beforeEach(async () => {
  phones = await boxPhones();
});
afterEach(() => phones.stop());

const contact = (value: string): readonly SipHeader[] => [["Contact", value]];

describe("digest", () => {
  test("challenge, proof, 200 with the network's own proof", async () => {
    const alice = await phones.phone("alice");
    const answer = await alice.register();
    expect(answer.status).toBe(200);
    expect(header(answer, "Authentication-Info")).toMatch(/qop=auth, rspauth="[0-9a-f]{32}"/);
    const [challenged] = alice.received;
    expect(challenged).toMatchObject({ status: 401 });
  });

  test.each([
    ["a wrong password", "alice", "wrong"],
    ["nobody of that name", "zoe", "zoe"],
  ])("%s: challenged, then 403", async (_name, user, password) => {
    const phone = await phones.phone(user);
    expect((await phone.register({ password })).status).toBe(403);
    expect(phone.received).toHaveLength(2);
  });

  test("five wrong passwords close the connection", async () => {
    const phone = await phones.phone("alice");
    for (let time = 0; time < 5; time++) await phone.register({ password: "wrong" });
    await expect.poll(() => phone.closeCode()).not.toBeNull();
  });

  test("a proof overheard on another connection is worth nothing", async () => {
    const [alice, eve] = [await phones.phone("alice"), await phones.phone("alice")];
    const uri = "sip:segue.example";
    alice.send(alice.request("REGISTER", uri, { to: "<sip:alice@segue.example>" }));
    const challenge = parseChallenge(header(await alice.takeResponse("REGISTER"), "WWW-Authenticate") ?? "");
    const input = { uri, nonce: challenge.nonce, nc: "00000001", cnonce: "c", qop: "auth" as const };
    const response = digestResponse({
      ...input,
      method: "REGISTER",
      ha1: ha1("alice", challenge.realm, "alice"),
    });
    const more = { username: "alice", realm: challenge.realm, response, opaque: null, algorithm: null };
    const authorization: SipHeader = ["Authorization", formatCredentials({ ...input, ...more })];
    const proven = (phone: Phone): void =>
      phone.send(phone.request("REGISTER", uri, { to: "<sip:alice@segue.example>", more: [authorization] }));
    proven(eve);
    const refused = await eve.takeResponse("REGISTER");
    expect(refused.status).toBe(401);
    expect(header(refused, "WWW-Authenticate")).toContain("stale=true");
    proven(alice);
    expect((await alice.takeResponse("REGISTER")).status).toBe(200);
  });

  test("bound once: not challenged again, and nobody else from there", async () => {
    const alice = await phones.phone("alice");
    await alice.register();
    expect((await alice.register()).status).toBe(200);
    expect(alice.received.filter((one) => one.kind === "response" && one.status === 401)).toHaveLength(1);
    alice.send(
      alice.request("REGISTER", "sip:segue.example", {
        to: "<sip:bob@segue.example>",
        from: "<sip:bob@segue.example>;tag=1",
      }),
    );
    expect((await alice.takeResponse("REGISTER")).status).toBe(403);
  });

  test("nobody registers for somebody else", async () => {
    const alice = await phones.phone("alice");
    await alice.register();
    alice.send(
      alice.request("REGISTER", "sip:segue.example", {
        to: "<sip:alice@segue.example>",
        from: "<sip:bob@segue.example>;tag=1",
      }),
    );
    expect((await alice.takeResponse("REGISTER")).status).toBe(403);
  });

  test("who does not register in time is cut", async () => {
    await phones.stop();
    phones = await boxPhones({ timers: withTimers({ connection: { probationMs: 20 } }) });
    const phone = await phones.phone("alice");
    await expect.poll(() => phone.closeCode()).not.toBeNull();
  });
});

describe("contacts", () => {
  test("a device gets its GRUU and what outbound promises", async () => {
    const alice = await phones.phone("alice", "urn:uuid:a1");
    const answer = await alice.register();
    expect(headers(answer, "Contact")).toEqual([
      `<${alice.contact}>;expires=600;+sip.instance="<urn:uuid:a1>";reg-id=1;pub-gruu="sip:alice@segue.example;gr=urn:uuid:a1"`,
    ]);
    expect(header(answer, "Require")).toBe("outbound");
  });

  test("the same device again takes its own place, another one a place of its own", async () => {
    const [one, again, other] = [
      await phones.phone("alice", "urn:uuid:a1"),
      await phones.phone("alice", "urn:uuid:a1"),
      await phones.phone("alice", "urn:uuid:a2"),
    ];
    await one.register();
    expect(headers(await again.register(), "Contact")).toHaveLength(1);
    expect(headers(await other.register(), "Contact")).toHaveLength(2);
  });

  test.each([
    ["too short", [...contact("<sip:a@x.invalid>;expires=5")], 423],
    ["a star without Expires: 0", contact("*"), 400],
    ["a star beside another", [...contact("*"), ...contact("<sip:a@x.invalid>"), ["Expires", "0"]], 400],
    ["one contact twice", [...contact("<sip:a@x.invalid>"), ...contact("<sip:a@X.invalid>")], 400],
    ["a contact that leads back here", contact("<sip:bob@segue.example>"), 403],
    ["an unknown Require", [...contact("<sip:a@x.invalid>"), ["Require", "magic"]], 420],
    ["a contact that can't be read", contact("<sip:>"), 400],
    ["an instance that is none", contact('<sip:a@x.invalid>;+sip.instance="<>"'), 400],
  ] as readonly (readonly [string, readonly SipHeader[], number])[])("%s", async (_name, more, status) => {
    const alice = await phones.phone("alice");
    await alice.register();
    const answer = await alice.register({ more });
    expect(answer.status).toBe(status);
    expect(header(answer, "Min-Expires")).toBe(status === 423 ? "60" : null);
    expect(headers(await alice.register({ more: [] }), "Contact")).toHaveLength(1);
  });

  test("too long is shortened", async () => {
    const alice = await phones.phone("alice");
    const answer = await alice.register({ more: [["Expires", "999999"]] });
    expect(header(answer, "Contact")).toContain("expires=3600");
  });

  test("a star ends all of them", async () => {
    const alice = await phones.phone("alice", "urn:uuid:a1");
    await alice.register();
    const answer = await alice.register({
      more: [
        ["Contact", "*"],
        ["Expires", "0"],
      ],
    });
    expect(answer.status).toBe(200);
    expect(headers(answer, "Contact")).toEqual([]);
  });

  test("an older CSeq removes nothing", async () => {
    const alice = await phones.phone("alice", "urn:uuid:a1");
    await alice.register();
    const { callId, number } = ((): { callId: string; number: number } => {
      const last = alice.received.at(-1);
      if (last === undefined) throw new Error("no answer");
      return { callId: header(last, "Call-ID") ?? "", number: Number(header(last, "CSeq")?.split(" ")[0]) };
    })();
    alice.send(
      alice.request("REGISTER", "sip:segue.example", {
        to: "<sip:alice@segue.example>",
        callId,
        cseq: number - 1,
        more: [
          ["Contact", "*"],
          ["Expires", "0"],
        ],
      }),
    );
    expect((await alice.takeResponse("REGISTER")).status).toBe(500);
    expect(headers(await alice.register(), "Contact")).toHaveLength(1);
  });

  test("a page that was replaced does not sign its successor out", async () => {
    const [old, fresh, bob] = [
      await phones.phone("alice", "urn:uuid:a1"),
      await phones.phone("alice", "urn:uuid:a1"),
      await phones.phone("bob"),
    ];
    await old.register();
    await fresh.register();
    await bob.register();
    expect(headers(await old.register({ more: [["Expires", "0"]] }), "Contact")).toHaveLength(1);
    bob.send(bob.request("MESSAGE", "sip:alice@segue.example"));
    fresh.send(responseTo(await fresh.takeRequest("MESSAGE"), 200, { toTag: "f" }));
    expect((await bob.takeResponse("MESSAGE")).status).toBe(200);
  });
});

test("a page that is on another connection now: the former is closed, what was last answered is said again", async () => {
  const page = contact(
    '<sip:alice@page.invalid;transport=ws>;reg-id=1;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"',
  );
  const [bob, before] = [await phones.phone("bob"), await phones.phone("alice")];
  await Promise.all([bob.register(), before.register({ more: page })]);
  before.send(before.request("INVITE", "sip:bob@segue.example", { more: page }));
  bob.send(responseTo(await bob.takeRequest("INVITE"), 180, { toTag: "bob" }));
  await before.takeResponse("INVITE", 180);
  const after = await phones.phone("alice");
  expect((await after.register({ more: page })).status).toBe(200);
  await expect.poll(() => before.closeCode()).toBe(1000);
  expect((await after.takeResponse("INVITE", 180)).status).toBe(180);
});
