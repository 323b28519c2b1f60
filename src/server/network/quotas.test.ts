/** Who asks too much of the box is refused, with a reason that is counted; others notice nothing. */
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { answerTo, openPhone, type Phone } from "../../testing/raw-phone.ts";
import { factory, openRawMember } from "../../testing/raw-member.ts";
import { openRawRelayClient, type RawRelayClient } from "../../testing/raw-relay-client.ts";
import { formatResourceLists } from "../../wire/resource-lists.ts";
import { header, type SipRequest } from "../../wire/sip.ts";
import { withLimits } from "../limits.ts";
import { startBox, type Box } from "../network-in-a-box.ts";
import { networkLimits } from "./limits.ts";

let box: Box;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await box.stop();
});

const { connections, sipRate, msrpRate, login, sip, relay } = networkLimits;

async function start(changes: Parameters<typeof withLimits>[0]): Promise<void> {
  box = await startBox({ limits: withLimits(changes) });
}
async function phone(user: string): Promise<Phone> {
  const one = await openPhone(box.port, user);
  open.push(one);
  return one;
}
async function signedIn(user: string): Promise<Phone> {
  const one = await phone(user);
  expect((await one.register()).status).toBe(200);
  return one;
}
async function relayed(user: string): Promise<{ readonly client: RawRelayClient; readonly path: string }> {
  const client = await openRawRelayClient(`ws://127.0.0.1:${box.port}/msrp`, user);
  open.push(client);
  const path = await client.auth();
  if (typeof path === "number") throw new Error(`AUTH ${path}`);
  return { client, path };
}
/** 101, or the status that refused. */
const knock = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${box.port}/sip`, "sip");
    open.push({ close: () => socket.terminate() });
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode ?? 0));
    socket.on("error", () => {});
  });
const times = (reason: string): number => box.refused().get(reason) ?? 0;

describe("connections", () => {
  test("strangers from one address are few; who signs in makes room", async () => {
    await start({ connections: { ...connections, strangersPerAddress: 2 } });
    const [alice] = [await phone("alice"), await phone("bob")];
    expect(await knock()).toBe(429);
    expect(times("too many strangers from one address")).toBe(1);
    await alice.register();
    expect(await knock()).toBe(101);
  });

  test("whose connection is closed makes room too", async () => {
    await start({ connections: { ...connections, perAddress: 1 } });
    const alice = await signedIn("alice");
    expect(await knock()).toBe(429);
    await alice.close();
    await expect.poll(knock).toBe(101);
  });

  test("a box that is full says so", async () => {
    await start({ connections: { ...connections, all: 1 } });
    await signedIn("alice");
    expect(await knock()).toBe(503);
  });
});

test("who only connects is cut before others find no place", async () => {
  await start({ connections: { ...connections, perAddress: 0 } });
  const sockets = Array.from({ length: 130 }, () => connect(box.port, "127.0.0.1"));
  open.push(...sockets.map((socket) => ({ close: () => socket.destroy() })));
  let cut = 0;
  for (const socket of sockets) socket.on("error", () => {}).on("close", () => (cut += 1));
  await expect.poll(() => cut).toBe(30);
});

describe("rates", () => {
  test("too many SIP messages at once: closed, and nobody else", async () => {
    await start({ sipRate: { ...sipRate, messages: 30, messagesPerSecond: 1 } });
    const [alice, mallory] = [await signedIn("alice"), await signedIn("dave")];
    for (let n = 0; n < 40; n += 1) mallory.send(mallory.request("OPTIONS", "sip:segue.example"));
    await expect.poll(() => mallory.closeCode()).toBe(1008);
    expect(times("too much at once")).toBe(1);
    expect((await alice.register()).status).toBe(200);
  });

  test("too many bytes of MSRP at once: closed", async () => {
    await start({ msrpRate: { ...msrpRate, bytes: 20_000, bytesPerSecond: 1 } });
    const [alice, bob] = [await relayed("alice"), await relayed("bob")];
    for (let n = 0; n < 3; n += 1)
      alice.client.send(alice.client.frame([bob.path, bob.client.own], "x".repeat(9_000)));
    expect(await alice.client.closed).toBe(1008);
  });
});

describe("passwords", () => {
  const fewGuesses = { login: { ...login, freePerUser: 2, waitMs: 60_000 } };

  test("guesses for one user make even the right one wait, and nobody who was here before", async () => {
    await start(fewGuesses);
    await signedIn("alice");
    for (const user of ["alice", "bob", "alice", "bob"]) {
      const guess = await (await phone(user)).register({ password: "guess" });
      expect(guess.status).toBe(403);
    }
    const late = await (await phone("bob")).register();
    expect(late.status).toBe(503);
    // A minute, of which some has gone by.
    const waitSeconds = Number(header(late, "Retry-After"));
    expect(waitSeconds > 0 && waitSeconds <= 60).toBe(true);
    expect(times("too many wrong passwords")).toBe(1);
    expect((await (await phone("carol")).register()).status).toBe(200);
    expect(times("wrong password")).toBe(4);
  });

  test("at the relay it is the same password, and the same wait", async () => {
    await start(fewGuesses);
    const guesser = await openRawRelayClient(`ws://127.0.0.1:${box.port}/msrp`, "bob");
    open.push(guesser);
    expect(await guesser.auth("guess")).toBe(401);
    expect(await guesser.auth("guess")).toBe(401);
    expect(await guesser.auth("bob")).toBe(0);
    expect(await guesser.closed).toBe(1013);
    expect((await (await phone("bob")).register()).status).toBe(503);
    await relayed("alice");
  });
});

describe("SIP of one person", () => {
  const calls = (from: Phone, to: string, many: number): readonly SipRequest[] =>
    Array.from({ length: many }, () => {
      const invite = from.request("INVITE", `sip:${to}@segue.example`, {
        more: [["Contact", `<${from.contact}>`]],
      });
      from.send(invite);
      return invite;
    });

  test("requests that wait for their answer", async () => {
    await start({ sip: { ...sip, transactionsPerUser: 2 } });
    const [alice, bob, carol] = [await signedIn("alice"), await signedIn("bob"), await signedIn("carol")];
    calls(alice, "bob", 3);
    const refused = await alice.takeResponse("INVITE");
    expect([refused.status, header(refused, "Retry-After")]).toEqual([503, "5"]);
    expect(times("too many open requests of one user")).toBe(1);
    calls(carol, "bob", 1);
    const rung = [
      await bob.takeRequest("INVITE"),
      await bob.takeRequest("INVITE"),
      await bob.takeRequest("INVITE"),
    ];
    for (const invite of rung) bob.send(answerTo(bob, invite, 486));
    expect((await carol.takeResponse("INVITE")).status).toBe(486);
    await alice.takeResponse("INVITE", 486);
    await alice.takeResponse("INVITE", 486);
    calls(alice, "bob", 1);
    await bob.takeRequest("INVITE");
  });

  test("dialogs begun; what belongs to one goes on", async () => {
    await start({ sip: { ...sip, dialogs: 1, dialogsPerSecond: 0 } });
    const [alice, bob] = [await signedIn("alice"), await signedIn("bob")];
    calls(alice, "bob", 2);
    bob.send(answerTo(bob, await bob.takeRequest("INVITE"), 200));
    const answers = [await alice.takeResponse("INVITE"), await alice.takeResponse("INVITE")];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(times("too many new dialogs of one user")).toBe(1);
    alice.send(alice.request("MESSAGE", "sip:bob@segue.example"));
    bob.send(answerTo(bob, await bob.takeRequest("MESSAGE"), 200));
    expect((await alice.takeResponse("MESSAGE")).status).toBe(200);
  });

  test("devices", async () => {
    await start({ sip: { ...sip, bindingsPerUser: 2 } });
    await signedIn("alice");
    await signedIn("alice");
    expect((await (await phone("alice")).register()).status).toBe(403);
    await signedIn("bob");
  });
});

describe("connections of one person", () => {
  test("for SIP: told to wait, and let in when one of the others is gone", async () => {
    await start({ sip: { ...sip, connectionsPerUser: 2 } });
    const [first] = [await signedIn("alice"), await signedIn("alice")];
    const late = await (await phone("alice")).register();
    expect([late.status, header(late, "Retry-After")]).toEqual([503, "60"]);
    expect(times("too many connections of one user")).toBe(1);
    await signedIn("bob");
    await first.close();
    await expect.poll(async () => (await (await phone("alice")).register()).status).toBe(200);
  });

  test("for MSRP: closed with 1013, for later", async () => {
    await start({ relay: { ...relay, connectionsPerUser: 1 } });
    const { client } = await relayed("alice");
    const late = await openRawRelayClient(`ws://127.0.0.1:${box.port}/msrp`, "alice");
    expect([await late.auth(), await late.closed]).toEqual([0, 1013]);
    expect(times("too many connections of one user")).toBe(1);
    await relayed("bob");
    client.close();
    await expect
      .poll(() =>
        relayed("alice").then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });
});

test("a text in a group may be so long", async () => {
  await start({ focus: { messageBytes: 2_000 } });
  const [alice, bob] = [await openRawMember(box.port, "alice"), await openRawMember(box.port, "bob")];
  open.push(alice, bob);
  const list = formatResourceLists([
    { address: bob.address, replaces: null, sessionReplaces: null, copyControl: "to" },
  ]);
  const group = await alice.invite(factory, { list });
  await bob.accept(await bob.phone.takeRequest("INVITE"));
  await group.confirm();
  expect(await group.say(group.cpim("x".repeat(1_000)))).toBe("200");
  expect(await group.say(group.cpim("x".repeat(2_000)))).toBe("413");
});

test("a frame of MSRP may be so long", async () => {
  await start({ relay: { ...relay, frameBytes: 2_000 } });
  const { client, path } = await relayed("alice");
  client.send(client.frame([path, client.own], "x".repeat(1_000)));
  client.send(client.frame([path, client.own], "x".repeat(2_000)));
  expect(await client.closed).toBe(1009);
});

test("MSRP that nobody has taken yet: more is refused, others still get through", async () => {
  await start({ relay: { ...relay, inFlightBytes: 3_000 } });
  const [alice, bob, carol] = [await relayed("alice"), await relayed("bob"), await relayed("carol")];
  const send = async (from: RawRelayClient): Promise<number | undefined> => {
    const frame = from.frame([bob.path, bob.client.own], "x".repeat(1_000));
    from.send(frame);
    return (await from.answerTo(frame))?.status;
  };
  const toBob = (from: { client: RawRelayClient; path: string }): Promise<number | undefined> => {
    const frame = from.client.frame([from.path, bob.path, bob.client.own], "x".repeat(1_000));
    from.client.send(frame);
    return from.client.answerTo(frame).then((answer) => answer?.status);
  };
  expect([await toBob(alice), await toBob(alice)]).toEqual([200, 413]);
  expect(times("too much under way")).toBe(1);
  expect(await toBob(carol)).toBe(200);
  await bob.client.next();
  await bob.client.next();
  await expect.poll(() => send(alice.client)).not.toBe(413);
});
