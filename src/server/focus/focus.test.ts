/** A group is ordered, over the real network in memory: who is invited how, when the host is answered, what is left. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addressOfUser, factory, invitee, marks, type GroupPerson } from "../../testing/group-person.ts";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { targetOf } from "../../testing/raw-phone.ts";
import { parseMsrpSdp } from "../../wire/sdp.ts";
import { header, headers, parseSip, responseTo } from "../../wire/sip.ts";
import { parseCSeq } from "../../wire/sip-uri.ts";
import { causeOf } from "../sip/call.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;

beforeEach(async () => {
  network = groupNetwork();
  [alice, bob, carol] = await network.people("alice", "bob", "carol");
});
afterEach(() => network.stop());

const both = [invitee("carol"), invitee("bob", marks)];
const ids = [
  ["Conversation-ID", "conversation-1"],
  ["Contribution-ID", "contribution-2"],
  ["Subject", "Lunch"],
] as const;

/** `from > to what` of these methods' requests and 2xx, as they were sent. */
const hops = (...methods: readonly string[]): readonly string[] =>
  network.trace.sip.flatMap(({ from, to, message }) => {
    const parsed = parseSip(message);
    const { method } = parseCSeq(header(parsed, "CSeq") ?? "");
    if (!methods.includes(method)) return [];
    const what = parsed.kind === "request" ? parsed.method : String(parsed.status);
    return what === "100" ? [] : [`${from} > ${to} ${what}`];
  });

describe("all accept", () => {
  test("steps 1 to 8 and 15 to 18: B first, each invitation with what it needs and no more", async () => {
    network.trace.clear();
    const ordered = alice.order(both, ids);
    const toBob = await bob.phone.takeRequest("INVITE");
    const toCarol = await carol.phone.takeRequest("INVITE");
    const progress = await alice.phone.takeResponse("INVITE", 183);
    const conference = targetOf(progress);
    expect(conference).toMatch(
      /^sip:conference-factory@segue\.example;conf=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    expect(header(progress, "Contact")).toContain(";isfocus");
    expect(hops("INVITE").filter((hop) => hop.startsWith("X > "))).toEqual([
      "X > PF alice 183",
      "X > PF bob INVITE",
      "X > PF carol INVITE",
    ]);

    for (const invite of [toBob, toCarol]) {
      expect(header(invite, "From")).toMatch(new RegExp(`^<${conference}>;tag=`));
      expect(targetOf(invite)).toBe(conference);
      expect(header(invite, "Contact")).toContain(">;isfocus;");
      expect(header(invite, "Referred-By")).toBe('"Alice Moreau" <sip:alice@segue.example>');
      expect(header(invite, "P-Asserted-Identity")).toBe(`<${factory}>`);
      expect(header(invite, "P-Asserted-Service")).toContain("cpm.session.group");
      for (const [name, value] of ids) expect(header(invite, name)).toBe(value);
      expect(header(invite, "Content-Type")).toBe("application/sdp");
      expect(parseMsrpSdp(invite.body)).toMatchObject({ acceptTypes: ["message/cpim"], chatroom: [] });
    }
    expect(header(toBob, "To")).toBe("<sip:bob@segue.example>");
    expect([header(toBob, "Replaces"), header(toBob, "Session-Replaces")]).toEqual([
      marks.replaces,
      marks.sessionReplaces,
    ]);
    expect(
      network.trace.sip.filter(({ to, message }) => to === "carol" && /replaces:/i.test(message)),
    ).toEqual([]);

    await bob.join(toBob);
    const place = await alice.confirm(ordered);
    expect(place.conference).toBe(conference);
    await network.quiet();
    expect(network.established).toEqual([]);
    await carol.join(toCarol);
    await network.quiet();
    expect(network.established).toEqual([
      { conference, members: ["alice", "bob", "carol"].map(addressOfUser) },
    ]);
    const group = hops("INVITE").filter((hop) => !hop.includes("183"));
    expect(group.indexOf("X > PF alice 200")).toBeGreaterThan(group.indexOf("PF bob > X 200"));
    expect(group.filter((hop) => hop === "X > PF alice 200")).toHaveLength(1);
  });

  test("the host waits for the first, whoever it is", async () => {
    const ordered = alice.order(both);
    const toBob = await bob.phone.takeRequest("INVITE");
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await carol.join(await carol.phone.takeRequest("INVITE"));
    await alice.confirm(ordered);
    expect([...network.focus.groups.values()][0]?.state()).toMatchObject({ is: "standing", settled: false });
    await bob.join(toBob);
    await network.quiet();
    expect(network.established).toHaveLength(1);
  });

  test("a fresh 183 goes out each minute", async () => {
    alice.order(both);
    await network.quiet();
    const count = (): number => hops("INVITE").filter((hop) => hop === "PF alice > alice 183").length;
    expect(count()).toBe(1);
    network.clock.advance(60_000);
    await network.quiet();
    expect(count()).toBe(2);
  });
});

describe("some do not come", () => {
  test("B refuses: a group without B; the 481 of B's retry is not asked a third time", async () => {
    const ordered = alice.order(both);
    bob.refuse(await bob.phone.takeRequest("INVITE"), 481);
    const again = await bob.phone.takeRequest("INVITE");
    expect([header(again, "Replaces"), header(again, "Session-Replaces")]).toEqual([
      null,
      marks.sessionReplaces,
    ]);
    bob.refuse(again, 481);
    await carol.join(await carol.phone.takeRequest("INVITE"));
    await alice.confirm(ordered);
    await network.quiet();
    expect(network.established[0]?.members).toEqual(["alice", "carol"].map(addressOfUser));
    expect(hops("INVITE").filter((hop) => hop === "X > PF bob INVITE")).toHaveLength(2);
  });

  test.each([420, 481])("%i to both marks is asked again with Session-Replaces alone", async (status) => {
    alice.order([invitee("bob", marks)]);
    bob.refuse(await bob.phone.takeRequest("INVITE"), status);
    const again = await bob.phone.takeRequest("INVITE");
    expect([header(again, "Replaces"), header(again, "Session-Replaces")]).toEqual([
      null,
      marks.sessionReplaces,
    ]);
  });

  test.each([400, 403, 486, 603])("%i is not asked again", async (status) => {
    alice.order([invitee("bob", marks)]);
    bob.refuse(await bob.phone.takeRequest("INVITE"), status);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(status);
    expect(hops("INVITE").filter((hop) => hop === "X > PF bob INVITE")).toHaveLength(1);
  });

  test("481 to Replaces alone is not asked again", async () => {
    alice.order([invitee("bob", { replaces: marks.replaces })]);
    bob.refuse(await bob.phone.takeRequest("INVITE"), 481);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(481);
  });

  test("one not connected, one silent: the others go on, the roster says why, the silent one comes later", async () => {
    const ordered = alice.order([invitee("erin"), ...both]);
    const b = await bob.join(await bob.phone.takeRequest("INVITE"));
    const toCarol = await carol.phone.takeRequest("INVITE");
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    const { conference } = await alice.confirm(ordered);
    await network.quiet();
    expect(network.established).toEqual([]);
    network.clock.advance(90_000);
    carol.phone.send(responseTo(await carol.phone.takeRequest("CANCEL"), 200));
    carol.refuse(toCarol, 487);
    await network.quiet();
    expect(network.established.map(({ members }) => members)).toEqual([["alice", "bob"].map(addressOfUser)]);
    alice.subscribe(conference);
    const { info } = await alice.notified();
    expect(info.users.map((user) => [user.entity, user.status, user.reason?.cause ?? null])).toEqual([
      [addressOfUser("alice"), "connected", null],
      [addressOfUser("bob"), "connected", null],
      [addressOfUser("erin"), "disconnected", 480],
      [addressOfUser("carol"), "disconnected", 408],
    ]);
    b.say("while Carol was out");
    await carol.confirm(carol.dialIn(conference));
    await network.quiet();
    expect(carol.read).toEqual(["while Carol was out"]);
    expect(network.established).toHaveLength(1);
  });

  test("an answer without SDP that can be used is ended, and counts as 488", async () => {
    alice.order([invitee("bob")]);
    const invite = await bob.phone.takeRequest("INVITE");
    bob.phone.send(
      responseTo(invite, 200, {
        toTag: "b",
        headers: [
          ...headers(invite, "Record-Route").map((route) => ["Record-Route", route] as const),
          ["Contact", `<${bob.phone.contact}>`],
        ],
      }),
    );
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(488);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(488);
  });
});

describe("nobody comes", () => {
  test("the last NOTIFY is before the answer, full, with the reasons, and says that it is the last", async () => {
    alice.order(both);
    const conference = targetOf(await alice.phone.takeResponse("INVITE", 183));
    alice.subscribe(conference);
    await alice.notified();
    bob.refuse(await bob.phone.takeRequest("INVITE"), 403);
    await alice.notified();
    carol.refuse(await carol.phone.takeRequest("INVITE"), 404);
    const { notify, info } = await alice.notified();
    expect(header(notify, "Subscription-State")).toBe("terminated;reason=noresource");
    expect(info.state).toBe("full");
    expect(info.users.map((user) => [user.entity, user.status, user.reason?.cause])).toEqual([
      [addressOfUser("alice"), "disconnected", 480],
      [addressOfUser("bob"), "disconnected", 403],
      [addressOfUser("carol"), "disconnected", 404],
    ]);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(480);
    const last = network.trace.sip
      .filter(({ to }) => to === "alice")
      .map(({ message }) => message.split(" ")[0]);
    expect(last.slice(-2)).toEqual(["NOTIFY", "SIP/2.0"]);
    alice.subscribe(conference);
    expect((await alice.phone.takeResponse("SUBSCRIBE", 404)).status).toBe(404);
    expect(network.focus.groups.size).toBe(0);
  });

  test.each([
    [603, 486, 603],
    [486, 486, 486],
    [486, 404, 480],
  ])("%i and %i become %i", async (one, other, best) => {
    alice.order(both);
    bob.refuse(await bob.phone.takeRequest("INVITE"), one);
    carol.refuse(await carol.phone.takeRequest("INVITE"), other);
    const answer = await alice.phone.takeResponse("INVITE");
    expect([answer.status, header(answer, "Warning")]).toEqual([best, null]);
  });

  test("not connected and silent: 480 and 408, in the ring time", async () => {
    alice.order([invitee("dave"), invitee("bob")]);
    const toBob = await bob.phone.takeRequest("INVITE");
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await network.quiet();
    network.clock.advance(89_999);
    await network.quiet();
    expect(hops("CANCEL")).toEqual([]);
    network.clock.advance(1);
    bob.phone.send(responseTo(await bob.phone.takeRequest("CANCEL"), 200));
    bob.refuse(toBob, 487);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(480);
  });
});
