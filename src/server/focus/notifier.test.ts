/** What those who watch a group are told, when, and what they never see. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rosterMembers } from "../../flow/roster.ts";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { invitee, marks, type GroupPerson, type InGroup, type Ordered } from "../../testing/group-person.ts";
import { targetOf } from "../../testing/raw-phone.ts";
import { parseConferenceInfo, type ConferenceInfo } from "../../wire/conference-info.ts";
import { header, responseTo, type SipHeader, type SipRequest, type SipResponse } from "../../wire/sip.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let ordered: Ordered;
let conference: string;
let toBob: SipRequest;
let toCarol: SipRequest;

beforeEach(async () => {
  network = groupNetwork();
  [alice, bob, carol] = await network.people("alice", "bob", "carol");
  ordered = alice.order([invitee("bob", marks), invitee("carol")], [["Subject", "Lunch & more"]]);
  conference = targetOf(await alice.phone.takeResponse("INVITE", 183));
  toBob = await bob.phone.takeRequest("INVITE");
  toCarol = await carol.phone.takeRequest("INVITE");
});
afterEach(() => network.stop());

const states = (info: ConferenceInfo): Readonly<Record<string, string>> =>
  Object.fromEntries(rosterMembers(info).map(({ address, is }) => [address.slice(4, -14), is]));
const notifies = (person: GroupPerson): number =>
  person.phone.received.filter((one) => one.kind === "request" && one.method === "NOTIFY").length;
const answer = (person: GroupPerson): Promise<SipResponse> => person.phone.takeResponse("SUBSCRIBE");
const again = (
  person: GroupPerson,
  ok: SipResponse,
  expires: number,
  more: readonly SipHeader[] = [],
): SipRequest => {
  const request = person.phone.request("SUBSCRIBE", conference, {
    from: header(ok, "From") ?? "",
    to: header(ok, "To") ?? "",
    callId: header(ok, "Call-ID") ?? "",
    cseq: 50,
    more: [
      ["Route", "<sip:alice@pf.segue.example;lr>"],
      ["Contact", `<${person.phone.contact}>`],
      ["Event", "conference"],
      ["Expires", String(expires)],
      ...more,
    ],
  });
  person.phone.send(request);
  return request;
};

describe("from the first 183 to the end", () => {
  test("who stands how, at each step, with versions that count", async () => {
    alice.subscribe(conference);
    const ok = await answer(alice);
    expect([ok.status, header(ok, "Expires"), header(ok, "Contact")?.includes("isfocus")]).toEqual([
      200,
      "3600",
      true,
    ]);
    const first = await alice.notified();
    expect(header(first.notify, "Subscription-State")).toBe("active;expires=3600");
    expect(header(first.notify, "Event")).toBe("conference");
    expect(first.info).toMatchObject({
      entity: conference,
      state: "full",
      version: 1,
      subject: "Lunch & more",
      maximumUserCount: 100,
    });
    expect(states(first.info)).toEqual({ alice: "joining", bob: "joining", carol: "joining" });

    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    const second = await alice.notified();
    expect([second.info.version, states(second.info)["carol"]]).toEqual([2, "ringing"]);

    network.clock.advance(1_000);
    await bob.join(toBob);
    await alice.confirm(ordered);
    const third = await alice.notified();
    expect(states(third.info)).toEqual({ alice: "in", bob: "in", carol: "ringing" });

    carol.refuse(toCarol, 603);
    await network.quiet();
    network.clock.advance(1_000);
    const fourth = await alice.notified();
    expect(rosterMembers(fourth.info)[2]).toEqual({
      address: carol.address,
      name: null,
      is: "declined",
      status: 603,
      invitedBy: alice.address,
    });
    expect(fourth.info.version).toBe(4);
    expect(rosterMembers(fourth.info)[0]).toMatchObject({ name: "Alice Moreau", invitedBy: null });
  });

  test("after all of it only what is different, as long as each was heard (RFC 4575 §4.4)", async () => {
    alice.subscribe(conference);
    const document = async (status: number): Promise<ConferenceInfo> => {
      const notify = await alice.phone.takeRequest("NOTIFY");
      alice.phone.send(responseTo(notify, status));
      await network.quiet();
      return parseConferenceInfo(notify.body);
    };
    const named = ({ state, usersState, users }: ConferenceInfo): unknown => [
      state,
      usersState,
      users.map(({ entity }) => entity),
    ];
    const everybody = [alice, bob, carol].map(({ address }) => address);
    expect(named(await document(200))).toEqual(["full", "full", everybody]);
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    expect(named(await document(200))).toEqual(["partial", "partial", [bob.address]]);
    network.clock.advance(1_000);
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    expect(named(await document(480))).toEqual(["partial", "partial", [carol.address]]);
    // Nobody knows what of it was read.
    network.clock.advance(5_000);
    expect(named(await document(200))).toEqual(["full", "full", everybody]);
    network.clock.advance(1_000);
    carol.refuse(toCarol, 603);
    expect(named(await document(200))).toEqual(["partial", "partial", [carol.address]]);
  });

  test("all of it again when the subscription is refreshed, even before the last was answered", async () => {
    alice.subscribe(conference);
    const ok = await answer(alice);
    await alice.notified();
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    const unanswered = await alice.phone.takeRequest("NOTIFY");
    again(alice, ok, 600);
    await answer(alice);
    alice.phone.send(responseTo(unanswered, 200));
    await network.quiet();
    network.clock.advance(1_000);
    const { notify } = await alice.notified();
    expect(parseConferenceInfo(notify.body).state).toBe("full");
  });

  test("the first change at once, then at most one a second, and the last state is never left out", async () => {
    alice.subscribe(conference);
    await alice.notified();
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await alice.notified();
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    await network.quiet();
    carol.refuse(toCarol, 486);
    await network.quiet();
    network.clock.advance(999);
    await network.quiet();
    expect(notifies(alice)).toBe(2);
    network.clock.advance(1);
    const { info } = await alice.notified();
    expect(states(info)).toEqual({ alice: "joining", bob: "ringing", carol: "declined" });
    network.clock.advance(10_000);
    await network.quiet();
    expect(notifies(alice)).toBe(3);
  });

  test("nothing goes out before the last one was answered", async () => {
    alice.subscribe(conference);
    const first = await alice.phone.takeRequest("NOTIFY");
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await network.quiet();
    network.clock.advance(5_000);
    await network.quiet();
    expect(notifies(alice)).toBe(1);
    alice.phone.send(responseTo(first, 200));
    expect(states((await alice.notified()).info)["bob"]).toBe("ringing");
  });

  test("who comes and goes, and who asked whom", async () => {
    const b = await bob.join(toBob);
    const a = await alice.confirm(ordered);
    alice.subscribe(conference);
    await alice.notified();
    const c = await carol.join(toCarol);
    expect(states((await alice.notified()).info)["carol"]).toBe("in");
    network.clock.advance(1_000);
    await c.leave(503);
    expect(states((await alice.notified()).info)["carol"]).toBe("away");
    network.clock.advance(1_000);
    await b.send("REFER", [
      ["Refer-To", "<sip:dave@segue.example>"],
      ["Refer-Sub", "false"],
    ]);
    expect(states((await alice.notified()).info)["dave"]).toBe("joining");
    network.clock.advance(1_000);
    const { info } = await alice.notified();
    expect(rosterMembers(info)[3]).toMatchObject({ is: "unreachable", status: 480, invitedBy: bob.address });
    network.clock.advance(1_000);
    await b.leave();
    expect(states((await alice.notified()).info)["bob"]).toBe("left");
    a.session.close();
  });

  test("no document, and nothing else that goes to Carol, ever shows a mark or what Bob's was", async () => {
    bob.refuse(toBob, 481);
    await bob.phone.takeRequest("INVITE");
    carol.subscribe(conference);
    await carol.notified();
    const b: InGroup = await carol.join(toCarol);
    await alice.confirm(ordered);
    carol.phone.send(b.request("OPTIONS"));
    await network.quiet();
    const toHer = network.trace.sip.filter(({ to }) => to === "carol").map(({ message }) => message);
    expect(toHer.length).toBeGreaterThan(4);
    expect(toHer.join("\n")).not.toMatch(/replaces|call@old|old-contribution/i);
    const documents = network.trace.sip.filter(({ message }) => message.includes("<conference-info"));
    expect(documents.map(({ message }) => message).join("\n")).not.toMatch(
      /replaces|call@old|old-contribution/i,
    );
  });
});

describe("a subscription", () => {
  test("is refreshed in its dialog, and ended with Expires 0", async () => {
    alice.subscribe(conference);
    const ok = await answer(alice);
    await alice.notified();
    again(alice, ok, 600);
    expect(header(await answer(alice), "Expires")).toBe("600");
    const second = await alice.notified();
    expect([second.info.version, header(second.notify, "Subscription-State")]).toEqual([
      2,
      "active;expires=600",
    ]);
    again(alice, ok, 0);
    await answer(alice);
    expect(header((await alice.notified()).notify, "Subscription-State")).toBe("terminated;reason=timeout");
    again(alice, ok, 600);
    expect((await answer(alice)).status).toBe(481);
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await network.quiet();
    expect(notifies(alice)).toBe(3);
  });

  test("is refused what a new one is refused, and goes on", async () => {
    alice.subscribe(conference);
    const ok = await answer(alice);
    await alice.notified();
    again(alice, ok, 5);
    const short = await answer(alice);
    expect([short.status, header(short, "Min-Expires")]).toEqual([423, "60"]);
    again(alice, ok, 600, [["Require", "teleport"]]);
    const required = await answer(alice);
    expect([required.status, header(required, "Unsupported")]).toEqual([420, "teleport"]);
    again(alice, ok, 600);
    expect((await answer(alice)).status).toBe(200);
  });

  test("runs out by itself", async () => {
    await bob.join(toBob);
    await alice.confirm(ordered);
    alice.subscribe(conference);
    await alice.notified();
    const group = [...network.focus.groups.values()][0];
    expect(group?.watchers()).toBe(1);
    network.clock.advance(3_600_000);
    await network.quiet();
    expect(group?.watchers()).toBe(0);
  });

  test("of a page that is gone is dropped; of one that is not connected just now it is not", async () => {
    alice.subscribe(conference);
    await alice.notified();
    const group = [...network.focus.groups.values()][0];
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    alice.phone.send(responseTo(await alice.phone.takeRequest("NOTIFY"), 480));
    await network.quiet();
    expect(group?.watchers()).toBe(1);
    network.clock.advance(5_000);
    alice.phone.send(responseTo(await alice.phone.takeRequest("NOTIFY"), 481));
    await network.quiet();
    expect(group?.watchers()).toBe(0);
  });

  test("of somebody who leaves ends", async () => {
    const b = await bob.join(toBob);
    await alice.confirm(ordered);
    bob.subscribe(conference);
    await bob.notified();
    await b.leave();
    const last = await bob.notified();
    expect(header(last.notify, "Subscription-State")).toBe("terminated;reason=rejected");
  });

  test("may share the dialog of the call", async () => {
    const b = await bob.join(toBob);
    const ok = await b.send("SUBSCRIBE", [
      ["Event", "conference"],
      ["Expires", "600"],
    ]);
    expect(ok.status).toBe(200);
    const { notify } = await bob.notified();
    expect(header(notify, "Call-ID")).toBe(header(toBob, "Call-ID"));
  });

  test.each<
    readonly [string, "bob" | "dave", readonly SipHeader[], number, readonly [string, string | null]]
  >([
    ["an outsider", "dave", [], 403, ["Warning", '127 segue.example "not invited"']],
    ["another package", "bob", [["Event", "presence"]], 489, ["Allow-Events", "conference"]],
    ["a referral that is none of theirs (REF-6)", "bob", [["Event", "refer"]], 403, ["Warning", null]],
    ["another format", "bob", [["Accept", "text/plain"]], 406, ["Warning", null]],
    ["too short", "bob", [["Expires", "5"]], 423, ["Min-Expires", "60"]],
  ])("is refused: %s", async (_name, user, headers, status, more) => {
    const person = user === "bob" ? bob : await network.person(user);
    const given = new Map<string, string>([["Event", "conference"], ["Expires", "600"], ...headers]);
    person.phone.send(
      person.phone.request("SUBSCRIBE", conference, {
        more: [["Contact", `<${person.phone.contact}>`], ...given],
      }),
    );
    const refused = await answer(person);
    expect(refused.status).toBe(status);
    expect(header(refused, more[0])).toBe(more[1]);
    await network.quiet();
    expect(notifies(person)).toBe(0);
  });
});
