/** Who may come in by the conference URI and ask there, and who may not. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOfTwo, type GroupOfTwo } from "../../testing/group-of-two.ts";
import { factory, invitee, type GroupPerson, type InGroup } from "../../testing/group-person.ts";
import type { GroupNetwork } from "../../testing/group-people.ts";
import { targetOf } from "../../testing/raw-phone.ts";
import { formatMultipart } from "../../wire/multipart.ts";
import { formatResourceLists, listType } from "../../wire/resource-lists.ts";
import { header, type SipHeader, type SipRequest } from "../../wire/sip.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let a: InGroup;
let b: InGroup;
let toCarol: SipRequest;
let said: GroupOfTwo["said"];
let dave: GroupPerson;

beforeEach(async () => {
  ({ network, alice, bob, carol, a, b, toCarol, said } = await groupOfTwo());
  dave = await network.person("dave");
});
afterEach(() => network.stop());

const refusal = async (
  person: GroupPerson,
  conference: string,
): Promise<readonly [number, string | null]> => {
  person.dialIn(conference);
  const answer = await person.phone.takeResponse("INVITE");
  return [answer.status, header(answer, "Warning")];
};

describe("who may not come", () => {
  test("somebody never asked: 403 with Warning 127", async () => {
    expect(await refusal(dave, a.conference)).toEqual([403, '127 segue.example "not invited"']);
  });

  test("somebody who left for good; added again, with what was said since then", async () => {
    await carol.join(toCarol);
    await b.leave();
    await said(a, "one");
    expect(await refusal(bob, a.conference)).toEqual([403, '127 segue.example "not invited"']);
    expect(
      (
        await a.send("REFER", [
          ["Refer-To", `<${bob.address}>`],
          ["Refer-Sub", "false"],
        ])
      ).status,
    ).toBe(202);
    const invite = await bob.phone.takeRequest("INVITE");
    await said(a, "two");
    await bob.join(invite);
    await network.quiet();
    expect(bob.read).toEqual(["two"]);
  });

  test("a group that never was: 404", async () => {
    expect(await refusal(bob, `${factory};conf=no-such`)).toEqual([404, null]);
  });

  test("with a list, in the call or to it: 420", async () => {
    const { contentType, body } = formatMultipart(
      [
        { headers: [["Content-Type", "application/sdp"]], body: bob.sdp(bob.path()) },
        {
          headers: [
            ["Content-Type", listType],
            ["Content-Disposition", "recipient-list"],
          ],
          body: formatResourceLists([invitee("dave")]),
        },
      ],
      "b1",
    );
    const again = await b.send("INVITE", [["Content-Type", contentType]], body);
    expect([again.status, header(again, "Unsupported")]).toEqual([420, "recipient-list-invite"]);
    const invite = bob.phone.request("INVITE", a.conference, {
      more: [
        ["Contact", `<${bob.phone.contact}>`],
        ["Content-Type", contentType],
      ],
      body,
    });
    bob.phone.send(invite);
    expect((await bob.phone.takeResponse("INVITE")).status).toBe(420);
  });

  test("who would not be named, though everybody is: 403 with Warning 119", async () => {
    const invite = carol.phone.request("INVITE", a.conference, {
      more: [
        ["Contact", `<${carol.phone.contact}>`],
        ["Privacy", "user"],
      ],
    });
    carol.phone.send(invite);
    const answer = await carol.phone.takeResponse("INVITE");
    expect([answer.status, header(answer, "Warning")?.slice(0, 3)]).toEqual([403, "119"]);
  });

  test("without SDP that can be used: 488", async () => {
    const invite = carol.phone.request("INVITE", a.conference, {
      more: [["Contact", `<${carol.phone.contact}>`]],
    });
    carol.phone.send(invite);
    expect((await carol.phone.takeResponse("INVITE")).status).toBe(488);
  });
});

test("before anybody has answered, the one who comes by himself is the first to accept", async () => {
  const ordered = dave.order([invitee("carol"), invitee("bob")]);
  const conference = targetOf(await dave.phone.takeResponse("INVITE", 183));
  expect(await refusal(alice, conference)).toEqual([403, '127 segue.example "not invited"']);
  const late = bob.dialIn(conference);
  const inGroup = await bob.confirm(late);
  const host = await dave.confirm(ordered);
  await said(inGroup, "here");
  expect(dave.read).toEqual(["here"]);
  await said(host, "there");
  expect(bob.read).toEqual(["there"]);
});

describe("asked with OPTIONS", () => {
  test("the factory says what it can; a group only to those who belong", async () => {
    dave.phone.send(dave.phone.request("OPTIONS", factory));
    const answer = await dave.phone.takeResponse("OPTIONS");
    expect(header(answer, "Contact")).toContain(";isfocus");
    expect(header(answer, "Supported")).toContain("recipient-list-invite");
    dave.phone.send(dave.phone.request("OPTIONS", a.conference));
    expect((await dave.phone.takeResponse("OPTIONS")).status).toBe(403);
    carol.phone.send(carol.phone.request("OPTIONS", a.conference));
    expect((await carol.phone.takeResponse("OPTIONS")).status).toBe(200);
    dave.phone.send(dave.phone.request("MESSAGE", factory));
    expect((await dave.phone.takeResponse("MESSAGE")).status).toBe(405);
  });
});

/** 420, and what it was that is not supported. */
const unsupported = async (person: GroupPerson, method: string): Promise<unknown> => {
  const answer = await person.phone.takeResponse(method);
  return [answer.status, header(answer, "Unsupported")];
};
const teleport: readonly SipHeader[] = [
  ["Event", "conference"],
  ["Refer-To", "<sip:dave@segue.example>"],
  ["Require", "teleport"],
];

describe("what requires an extension that a focus has not: 420 (decision 35)", () => {
  test.each(["OPTIONS", "SUBSCRIBE", "REFER"])("%s, to the group and within a call", async (method) => {
    const { phone } = alice;
    phone.send(
      phone.request(method, a.conference, { more: [["Contact", `<${phone.contact}>`], ...teleport] }),
    );
    expect(await unsupported(alice, method)).toEqual([420, "teleport"]);
    phone.send(a.request(method, teleport));
    expect(await unsupported(alice, method)).toEqual([420, "teleport"]);
    await network.quiet();
    expect([...network.focus.groups.values()].map((group) => group.watchers())).toEqual([0]);
  });

  test("OPTIONS to the factory; not where it has what is required", async () => {
    dave.phone.send(dave.phone.request("OPTIONS", factory, { more: teleport }));
    expect(await unsupported(dave, "OPTIONS")).toEqual([420, "teleport"]);
    dave.phone.send(dave.phone.request("OPTIONS", factory, { more: [["Require", "recipient-list-invite"]] }));
    expect((await dave.phone.takeResponse("OPTIONS")).status).toBe(200);
  });
});

describe("who knows the ids of a member's dialog and is somebody else", () => {
  test.each(["OPTIONS", "SUBSCRIBE", "REFER", "INVITE", "BYE"])(
    "%s: 403, and all is as it was",
    async (method) => {
      const own = a.request(method, [
        ["Event", "conference"],
        ["Refer-To", "<sip:carol@segue.example>"],
      ]);
      const named = own.headers.map(([name, value]): SipHeader => [
        name,
        name === "From" ? value.replace(alice.address, dave.address) : value,
      ]);
      const headers = named.filter(([name]) => name !== "Route");
      dave.phone.send({ ...own, headers });
      expect((await dave.phone.takeResponse(method)).status).toBe(403);
      await said(a, "still here");
      expect(bob.read).toEqual(["still here"]);
    },
  );
});
