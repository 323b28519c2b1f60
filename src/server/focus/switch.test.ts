/** What members say to each other, and what they may not. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOfTwo } from "../../testing/group-of-two.ts";
import type { GroupNetwork } from "../../testing/group-people.ts";
import { factory, type GroupPerson, type InGroup } from "../../testing/group-person.ts";
import { answerTo } from "../../testing/raw-phone.ts";
import { formatMsrpSdp } from "../../wire/sdp.ts";
import { header, type SipRequest } from "../../wire/sip.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let a: InGroup;
let b: InGroup;
let c: InGroup;
let toCarol: SipRequest;

beforeEach(async () => {
  ({ network, alice, bob, carol, a, b, toCarol } = await groupOfTwo());
});
afterEach(() => network.stop());
const all = async (): Promise<void> => {
  c = await carol.join(toCarol);
  await network.quiet();
};

describe("to the room", () => {
  test("the same bytes to all others, nothing back to the sender", async () => {
    await all();
    const body = new TextEncoder().encode(
      [
        `From: "Alice" <${alice.address}>`,
        `To: <${a.conference}>`,
        "DateTime: 2026-11-24T10:00:00Z",
        "MyFeatures.VitalMessageOption: Yes",
        "",
        "Content-Type: text/plain; charset=utf-8",
        "Content-ID: <1@x>",
        "",
        "hällo 漢",
      ]
        .join("\r\n")
        .replace("MyFeatures.", "NS: MyFeatures <mid:x@y>\r\nMyFeatures."),
    );
    const atBob: Uint8Array[] = [];
    const atCarol: Uint8Array[] = [];
    await raw(bob, atBob);
    await raw(carol, atCarol);
    a.session.send("m", { contentType: "message/cpim", body });
    await network.quiet();
    expect(atBob).toEqual([body]);
    expect(atCarol).toEqual([body]);
    expect([alice.read, alice.outcomes]).toEqual([[], ["m ok"]]);
  });

  /** A member who rejoins with a session that keeps what comes as it is. */
  async function raw(person: GroupPerson, seen: Uint8Array[]): Promise<void> {
    const ordered = person.dialIn(a.conference);
    const ok = await person.phone.takeResponse("INVITE", 200);
    person.phone.send(person.phone.ack(ordered.invite, ok));
    person.link.open({
      local: ordered.path,
      remotePath: /^a=path:(.*)$/m.exec(ok.body)?.[1]?.trim().split(" ") ?? [],
      acceptTypes: ["message/cpim"],
      remoteAcceptTypes: ["*"],
      active: true,
      onMessage: ({ body }) => void seen.push(body),
    });
    await network.quiet();
  }

  test("also to nobody in particular, as handsets write it", async () => {
    a.say("one", { to: "sip:anonymous@anonymous.invalid" });
    await network.quiet();
    expect(bob.read).toEqual(["one"]);
  });

  test("long messages come whole", async () => {
    await all();
    const text = "0123456789".repeat(30_000);
    b.say(text);
    for (let n = 0; n < 10; n += 1) await network.quiet();
    expect([alice.read[0]?.length, carol.read[0]?.length]).toEqual([300_000, 300_000]);
    expect(bob.outcomes).toEqual([`${text} ok`]);
  });

  test("somebody who is typing is told to those who are here, and not kept", async () => {
    a.say("typing", { type: "application/im-iscomposing+xml" });
    await network.quiet();
    expect(bob.read).toEqual(["typing"]);
    await all();
    expect(carol.read).toEqual([]);
  });

  test("what the other end does not take is not sent to it, and does not break it", async () => {
    const local = carol.path();
    const ok = answerTo(carol.phone, toCarol, 200);
    const sdp = formatMsrpSdp(
      {
        ...local,
        setup: "active",
        acceptTypes: ["message/cpim"],
        acceptWrappedTypes: ["text/plain"],
        chatroom: null,
        direction: "sendrecv",
      },
      1,
    );
    carol.phone.send({ ...ok, headers: [...ok.headers, ["Content-Type", "application/sdp"]], body: sdp });
    await carol.phone.takeRequest("ACK");
    const seen: string[] = [];
    carol.link.open({
      local,
      remotePath: /^a=path:(.*)$/m.exec(toCarol.body)?.[1]?.trim().split(" ") ?? [],
      acceptTypes: ["message/cpim"],
      remoteAcceptTypes: ["*"],
      active: true,
      onMessage: ({ body }) => void seen.push(new TextDecoder().decode(body).split("\r\n").at(-1) ?? ""),
    });
    await network.quiet();
    a.say("typing", { type: "application/im-iscomposing+xml" });
    a.say("text");
    await network.quiet();
    expect(seen).toEqual(["text"]);
    expect(bob.read).toEqual(["typing", "text"]);
  });
});

describe("refused, by a report whatever the hops in between said", () => {
  test.each([
    ["a forged From", { from: "sip:bob@segue.example" }, 403],
    ["a From that is no URI", { from: "x:y" }, 400],
    ["somebody who is not here", { to: "sip:dave@segue.example" }, 404],
    ["somebody who is asked and not here", { to: "sip:carol@segue.example" }, 404],
    ["another room", { to: `${factory};conf=other` }, 404],
    ["a private message, which is not offered", { to: "sip:bob@segue.example" }, 428],
  ])("%s", async (_name, how, status) => {
    a.say("no", how);
    a.say("yes");
    await network.quiet();
    expect(alice.outcomes).toEqual([`no ${status}`, "yes ok"]);
    expect(bob.read).toEqual(["yes"]);
    await all();
    expect(carol.read).toEqual(["yes"]);
  });

  test("what is no CPIM, and what only says so", async () => {
    const text = new TextEncoder().encode("hello");
    a.session.send("plain", { contentType: "text/plain", body: text });
    a.session.send("liar", { contentType: "message/cpim", body: text });
    await network.quiet();
    expect(alice.outcomes.toSorted()).toEqual(["liar 400", "plain 415"]);
    expect(bob.read).toEqual([]);
  });

  test("several To", async () => {
    const body = `From: <${alice.address}>\r\nTo: <${a.conference}>\r\nTo: <sip:bob@segue.example>\r\n\r\nContent-Type: text/plain\r\n\r\nx`;
    a.session.send("several", { contentType: "message/cpim", body: new TextEncoder().encode(body) });
    await network.quiet();
    expect(alice.outcomes).toEqual(["several 403"]);
  });
});

describe("a disposition notification", () => {
  test("passes to the one member it is for, and to nobody else", async () => {
    await all();
    b.say("<imdn/>", { to: alice.address, type: "message/imdn+xml" });
    await network.quiet();
    expect([alice.read, carol.read]).toEqual([["<imdn/>"], []]);
    expect(bob.outcomes).toEqual(["<imdn/> ok"]);
  });

  test("waits for one who is away", async () => {
    a.session.close();
    await a.send("BYE");
    b.say("<imdn/>", { to: alice.address, type: "message/imdn+xml" });
    await network.quiet();
    await alice.confirm(alice.dialIn(a.conference));
    await network.quiet();
    expect(alice.read).toEqual(["<imdn/>"]);
  });
});

test("who has left for good says and hears nothing", async () => {
  await all();
  await b.send("BYE", [["Reason", "SIP;cause=200"]]);
  b.say("ghost");
  a.say("one");
  await network.quiet();
  expect([alice.read, carol.read, bob.read]).toEqual([[], ["one"], []]);
  expect(bob.outcomes).toEqual(["ghost 481"]);
  c.session.close();
});

test("to know a path is not to belong: another's session with it is refused", async () => {
  const remote = /^a=path:(.*)$/m.exec(toCarol.body)?.[1]?.trim().split(" ") ?? [];
  const dave = await network.person("dave");
  const outcomes: (number | null)[] = [];
  dave.link
    .open({
      local: dave.path(),
      remotePath: remote,
      acceptTypes: ["*"],
      remoteAcceptTypes: ["*"],
      active: false,
      onMessage: () => {},
      onFailed: (_id, status) => outcomes.push(status),
    })
    .send("x", { contentType: "message/cpim", body: new TextEncoder().encode("x") });
  await all();
  await network.quiet();
  expect(outcomes).toEqual([481]);
  expect(header(toCarol, "Contact")).toContain(a.conference);
});
