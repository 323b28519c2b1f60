/** Brought in by REFER: who may, whom, and what whoever did it is told. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOfTwo, type GroupOfTwo } from "../../testing/group-of-two.ts";
import {
  addressOfUser,
  factory,
  invitee,
  type GroupPerson,
  type InGroup,
} from "../../testing/group-person.ts";
import type { GroupNetwork } from "../../testing/group-people.ts";
import { formatResourceLists, listType } from "../../wire/resource-lists.ts";
import { header, responseTo, type SipHeader } from "../../wire/sip.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let a: InGroup;
let b: InGroup;
let said: GroupOfTwo["said"];
let seats: GroupOfTwo["seats"];
let dave: GroupPerson;

beforeEach(async () => {
  ({ network, alice, bob, carol, a, b, said, seats } = await groupOfTwo([["Contribution-ID", "g1"]]));
  dave = await network.person("dave");
});
afterEach(() => network.stop());

describe("brought in by REFER", () => {
  const quietly: readonly SipHeader[] = [["Refer-Sub", "false"]];
  const target = (user: string): SipHeader => ["Refer-To", `<${addressOfUser(user)}>`];

  test("one person: asked like the others, by whoever referred, with what is said from then on", async () => {
    await said(a, "before");
    const answer = await b.send("REFER", [target("dave"), ...quietly]);
    expect([answer.status, header(answer, "Refer-Sub")]).toEqual([202, "false"]);
    await said(a, "after");
    const invite = await dave.phone.takeRequest("INVITE");
    expect(header(invite, "Referred-By")).toBe("<sip:bob@segue.example>");
    expect([header(invite, "Replaces"), header(invite, "Session-Replaces")]).toEqual([null, null]);
    expect(header(invite, "Contribution-ID")).toBe("g1");
    await dave.join(invite);
    await network.quiet();
    expect(dave.read).toEqual(["after"]);
  });

  test("with a subscription: how it stands, until it is settled", async () => {
    expect((await b.send("REFER", [target("dave")])).status).toBe(202);
    const invite = await dave.phone.takeRequest("INVITE");
    dave.phone.send(responseTo(invite, 180, { toTag: "d" }));
    await network.quiet();
    dave.refuse(invite, 603);
    const lines: (readonly [string, string | null])[] = [];
    for (let n = 0; n < 3; n += 1) {
      const notify = await bob.phone.takeRequest("NOTIFY");
      expect(header(notify, "Event")).toMatch(/^refer;id=[0-9]+$/);
      expect(header(notify, "Content-Type")).toContain("message/sipfrag");
      bob.phone.send(responseTo(notify, 200));
      lines.push([notify.body.trim(), header(notify, "Subscription-State")]);
    }
    expect(lines).toEqual([
      ["SIP/2.0 100 Trying", "active;expires=180"],
      ["SIP/2.0 180 Ringing", "active;expires=180"],
      ["SIP/2.0 603 Decline", "terminated;reason=noresource"],
    ]);
  });

  test("several at once, by a list", async () => {
    const erin = await network.person("erin");
    const body = formatResourceLists([invitee("dave"), invitee("erin"), invitee("alice"), invitee("dave")]);
    const answer = await b.send(
      "REFER",
      [
        ["Require", "multiple-refer, norefersub"],
        ["Refer-To", "<cid:people@bob>"],
        ["Content-Type", listType],
        ["Content-Disposition", "recipient-list"],
        ["Content-ID", "<people@bob>"],
      ],
      body,
    );
    expect([answer.status, header(answer, "Refer-Sub")]).toEqual([202, "false"]);
    await dave.join(await dave.phone.takeRequest("INVITE"));
    await erin.join(await erin.phone.takeRequest("INVITE"));
    await network.quiet();
    expect(seats()).toMatchObject({ dave: "joined", erin: "joined", alice: "joined" });
    expect(alice.phone.received.some((one) => one.kind === "request" && one.method === "INVITE")).toBe(false);
  });

  test("outside a call, to the conference URI", async () => {
    const request = alice.phone.request("REFER", a.conference, {
      more: [["Contact", `<${alice.phone.contact}>`], target("dave")],
    });
    alice.phone.send(request);
    expect((await alice.phone.takeResponse("REFER")).status).toBe(202);
    expect(header(await dave.phone.takeRequest("INVITE"), "Referred-By")).toBe(
      '"Alice Moreau" <sip:alice@segue.example>',
    );
    const notify = await alice.phone.takeRequest("NOTIFY");
    expect(notify.body).toContain("100 Trying");
    alice.phone.send(responseTo(notify, 200));
  });

  test("somebody who is in already is not asked again", async () => {
    expect((await b.send("REFER", [target("alice")])).status).toBe(202);
    const notify = await bob.phone.takeRequest("NOTIFY");
    expect(notify.body).toContain("200 OK");
  });

  test.each<readonly [string, readonly SipHeader[], number]>([
    ["no Refer-To", [], 400],
    ["two", [target("dave"), target("erin")], 400],
    ["another method", [["Refer-To", `<${addressOfUser("alice")};method=BYE>`]], 400],
    ["a mark", [["Refer-To", `<${addressOfUser("dave")}?Session-Replaces=x>`]], 400],
    [
      "a list that is not there",
      [
        ["Refer-To", "<cid:nobody@x>"],
        ["Content-Type", listType],
      ],
      400,
    ],
    [
      "white space and no end of it",
      [["Refer-To", `${"\u00a0".repeat(4_000)}cid:a${" ".repeat(4_000)}x`]],
      400,
    ],
    ["the factory", [["Refer-To", `<${factory}>`]], 403],
    ["an unknown extension", [target("dave"), ["Require", "teleport"]], 420],
  ])("refused: %s", async (_name, headers, status) => {
    expect((await b.send("REFER", headers)).status).toBe(status);
    await network.quiet();
    expect(dave.phone.received.some((one) => one.kind === "request")).toBe(false);
  });

  test("by somebody who is not in: 403, invited or not", async () => {
    for (const [person, warning] of [
      [dave, '127 segue.example "not invited"'],
      [carol, null],
    ] as const) {
      person.phone.send(
        person.phone.request("REFER", a.conference, {
          more: [["Contact", `<${person.phone.contact}>`], target("erin")],
        }),
      );
      const answer = await person.phone.takeResponse("REFER");
      expect([answer.status, header(answer, "Warning")]).toEqual([403, warning]);
    }
  });
});
