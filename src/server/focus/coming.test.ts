/** Coming late, coming back, being brought in; and what each then reads. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import {
  addressOfUser,
  factory,
  invitee,
  marks,
  type GroupPerson,
  type InGroup,
} from "../../testing/group-person.ts";
import { targetOf } from "../../testing/raw-phone.ts";
import { formatMultipart } from "../../wire/multipart.ts";
import { formatResourceLists, listType } from "../../wire/resource-lists.ts";
import { parseMsrpSdp } from "../../wire/sdp.ts";
import { header, responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { causeOf } from "../sip/call.ts";
import { focusTimers } from "./timers.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let dave: GroupPerson;
let a: InGroup;
let b: InGroup;
let toCarol: SipRequest;

/** Alice and Bob are in; Carol is asked. */
beforeEach(async () => {
  network = groupNetwork();
  await network.quiet();
  [alice, bob, carol, dave] = [
    await network.person("alice"),
    await network.person("bob"),
    await network.person("carol"),
    await network.person("dave"),
  ];
  const ordered = alice.order([invitee("bob", marks), invitee("carol")], [["Contribution-ID", "g1"]]);
  b = await bob.join(await bob.phone.takeRequest("INVITE"));
  toCarol = await carol.phone.takeRequest("INVITE");
  a = await alice.confirm(ordered);
  await network.quiet();
});
afterEach(() => network.stop());

const said = async (place: InGroup, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    place.say(text);
    await network.quiet();
  }
};
const seats = (): Readonly<Record<string, string>> => {
  const state = [...network.focus.groups.values()][0]?.state();
  if (state?.is !== "standing") throw new Error("the group does not stand");
  return Object.fromEntries(state.seats.map((seat) => [seat.who.slice(4, -14), seat.is]));
};
const dialIn = async (person: GroupPerson): Promise<InGroup> => {
  const place = await person.confirm(person.dialIn(a.conference));
  await network.quiet();
  return place;
};
const refusal = async (
  person: GroupPerson,
  conference: string,
): Promise<readonly [number, string | null]> => {
  person.dialIn(conference);
  const answer = await person.phone.takeResponse("INVITE");
  return [answer.status, header(answer, "Warning")];
};

describe("what was said meanwhile", () => {
  test("Carol reads on joining what was said since the group began, in order, and then the rest", async () => {
    await said(a, "one", "two");
    await said(b, "three");
    const c = await carol.join(toCarol);
    await network.quiet();
    expect(carol.read).toEqual(["one", "two", "three"]);
    await said(c, "four");
    await said(a, "five");
    expect(carol.read).toEqual(["one", "two", "three", "five"]);
    expect(alice.read).toEqual(["three", "four"]);
    expect(bob.read).toEqual(["one", "two", "four", "five"]);
    expect([alice.outcomes, bob.outcomes, carol.outcomes]).toEqual([
      ["one ok", "two ok", "five ok"],
      ["three ok"],
      ["four ok"],
    ]);
  });

  test("a declined invitation can be taken up later", async () => {
    carol.refuse(toCarol, 603);
    await network.quiet();
    await said(a, "one");
    expect(seats()).toEqual({ alice: "joined", bob: "joined", carol: "out" });
    await dialIn(carol);
    expect(carol.read).toEqual(["one"]);
    expect(seats()).toEqual({ alice: "joined", bob: "joined", carol: "joined" });
  });

  test("Carol comes by the conference URI while her invitation still rings: it is cancelled", async () => {
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    await said(a, "one");
    const ordered = carol.dialIn(a.conference);
    carol.phone.send(responseTo(await carol.phone.takeRequest("CANCEL"), 200));
    carol.refuse(toCarol, 487);
    await carol.confirm(ordered);
    await network.quiet();
    expect(carol.read).toEqual(["one"]);
    expect(network.established).toHaveLength(1);
  });

  test("somebody away gets what came meanwhile, each once, and nothing is lost on the way", async () => {
    await said(a, "one");
    b.session.close(); // the page is gone: no BYE, and MSRP knows nobody of that name
    await said(a, "two", "three");
    expect(seats()["bob"]).toBe("away");
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(480);
    await said(a, "four");
    const back = await dialIn(bob);
    expect(bob.read).toEqual(["one", "two", "three", "four"]);
    expect(alice.outcomes).toEqual(["one ok", "two ok", "three ok", "four ok"]);
    await said(back, "five");
    expect(alice.read).toEqual(["five"]);
  });

  test("whose connection to the relay is gone is away, and reads the rest on the next one", async () => {
    bob.link.stop();
    await said(a, "one");
    expect(seats()["bob"]).toBe("away");
    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    expect(bob.read).toEqual(["one"]);
  });

  test("whose connection closes is away a moment later, though nobody says a word; not who is back by then", async () => {
    const { backMs } = focusTimers;
    bob.link.stop();
    await network.quiet();
    network.clock.advance(backMs - 1);
    await network.quiet();
    expect(seats()["bob"]).toBe("joined");
    network.clock.advance(1);
    await network.quiet();
    expect(seats()["bob"]).toBe("away");
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(480);

    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    bob.link.stop();
    await network.quiet();
    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    network.clock.advance(backMs);
    await network.quiet();
    expect(seats()["bob"]).toBe("joined");
  });

  test("whose page is gone, and nothing said of it, is away when next looked for", async () => {
    b.session.close();
    network.clock.advance(focusTimers.probeMs - 1);
    await network.quiet();
    expect(seats()).toMatchObject({ alice: "joined", bob: "joined" });
    network.clock.advance(1);
    await network.quiet();
    expect(seats()).toMatchObject({ alice: "joined", bob: "away" });
  });

  test("coming back while the old session still stands replaces it", async () => {
    const again = await dialIn(bob);
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(200);
    await said(a, "one");
    expect(bob.read).toEqual(["one"]);
    await said(again, "two");
    expect([alice.read, seats()["bob"]]).toEqual([["two"], "joined"]);
  });

  test("the host's page was reloaded", async () => {
    const again = await dialIn(alice);
    await said(b, "one");
    await said(again, "two");
    expect([alice.read, bob.read, seats()["alice"]]).toEqual([["one"], ["two"], "joined"]);
  });

  test("said again after a break, it is not told twice", async () => {
    await said(a, "one");
    const cpim = (id: string): Uint8Array =>
      new TextEncoder().encode(
        `From: <${alice.address}>\r\nTo: <${a.conference}>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: ${id}\r\n\r\nContent-Type: text/plain\r\n\r\nagain`,
      );
    for (const name of ["first", "second"])
      a.session.send(name, { contentType: "message/cpim", body: cpim("m7") });
    await network.quiet();
    expect(bob.read).toEqual(["one", "again"]);
    expect(alice.outcomes).toEqual(["one ok", "first ok", "second ok"]);
  });
});

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

describe("the same call on another path", () => {
  test("a re-INVITE on another path moves the session, and what was unread follows", async () => {
    b.session.close();
    const local = bob.path();
    const moved = await b.send("INVITE", [["Content-Type", "application/sdp"]], bob.sdp(local));
    expect(moved.status).toBe(200);
    // RFC 3264 §8: the same session, and the next version of it.
    const origins = [bob.phone.received.find((one) => one.kind === "request"), moved].map(
      (one) => /^o=- ([0-9]+) ([0-9]+)/m.exec(one?.body ?? "")?.slice(1) ?? [],
    );
    expect(origins[1]).toEqual([origins[0]?.[0], "2"]);
    bob.phone.send(b.request("ACK"));
    await said(a, "one");
    const heard: string[] = [];
    bob.link.open({
      local,
      remotePath: parseMsrpSdp(moved.body)?.path ?? [],
      acceptTypes: ["message/cpim"],
      remoteAcceptTypes: ["*"],
      active: true,
      onMessage: ({ body }) => void heard.push(new TextDecoder().decode(body).split("\r\n").at(-1) ?? ""),
    });
    await network.quiet();
    expect(heard).toEqual(["one"]);
    expect(seats()["bob"]).toBe("joined");
    const same = await b.send("INVITE", [["Content-Type", "application/sdp"]], bob.sdp(local));
    expect(same.body).toBe(moved.body);
  });

  test("what else may come in a call", async () => {
    const options = await b.send("OPTIONS");
    expect([options.status, header(options, "Contact")?.includes(";isfocus")]).toEqual([200, true]);
    const info = await b.send("INFO");
    expect([info.status, header(info, "Allow")?.includes("REFER")]).toEqual([405, true]);
  });
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
