/** The whole figure over real sockets: the box as it starts, telephones and MSRP endpoints of their own. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { relayLinkOverWebSocket, relayLinkTimers } from "../server/network/relay-link.ts";
import { freshId, systemClock } from "../server/system.ts";
import { header, headers, responseTo, type SipHeader } from "../wire/sip.ts";
import { formatReplaces } from "../wire/replaces.ts";
import { parseNameAddr } from "../wire/sip-uri.ts";
import { createPerson, invitee, type GroupPerson } from "./group-person.ts";
import { problemsOf, rungsOf } from "./ladder-rows.ts";
import { answerTo, openPhone, routesOf, targetOf } from "./raw-phone.ts";

let box: Box;
const people: GroupPerson[] = [];

beforeEach(async () => {
  box = await startBox({ trace: true });
});
afterEach(async () => {
  for (const { link, phone } of people.splice(0)) {
    link.stop();
    await phone.close();
  }
  await box.stop();
});

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setImmediate(resolve));
};

async function person(user: string): Promise<GroupPerson> {
  const phone = await openPhone(box.port, user);
  expect((await phone.register()).status).toBe(200);
  let ready = 0;
  const link = relayLinkOverWebSocket({
    url: `ws://127.0.0.1:${box.port}/msrp`,
    user,
    password: user,
    clock: systemClock,
    freshId,
    settings: { ...relayLinkTimers, sparePaths: 2 },
    onEvent: (event) => {
      if (event.on === "ready") ready += 1;
    },
  });
  link.start();
  await until(() => ready >= 2);
  const one = createPerson(user, phone, link, async () => {});
  people.push(one);
  return one;
}

test("steps 1 to 19, and then all three talk", async () => {
  const [alice, bob, carol] = [await person("alice"), await person("bob"), await person("carol")];

  // the 1-1 that is to become a group
  const first = alice.phone.request("INVITE", bob.address, {
    more: [["Contact", `<${alice.phone.contact}>`]],
  });
  alice.phone.send(first);
  const atBob = await bob.phone.takeRequest("INVITE");
  bob.phone.send(answerTo(bob.phone, atBob, 200));
  const ok = await alice.phone.takeResponse("INVITE", 200);
  alice.phone.send(alice.phone.ack(first, ok));
  await bob.phone.takeRequest("ACK");
  const tagOf = (value: string | null): string => parseNameAddr(value ?? "").params.get("tag") ?? "";
  const replaces = formatReplaces({
    callId: header(ok, "Call-ID") ?? "",
    toTag: tagOf(header(ok, "To")),
    fromTag: tagOf(header(ok, "From")),
    earlyOnly: false,
  });

  const ordered = alice.order(
    [invitee("bob", { replaces, sessionReplaces: "old-1" }), invitee("carol")],
    [["P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group"]],
  );
  const toBob = await bob.phone.takeRequest("INVITE");
  const toCarol = await carol.phone.takeRequest("INVITE");
  expect([header(toBob, "Replaces"), header(toBob, "Session-Replaces")]).toEqual([replaces, "old-1"]);
  const b = await bob.join(toBob);
  const old = { to: header(atBob, "From") ?? "", from: `${header(atBob, "To")};tag=tag-bob` };
  const more: readonly SipHeader[] = routesOf(headers(atBob, "Record-Route"));
  bob.phone.send(
    bob.phone.request("BYE", targetOf(atBob), { ...old, callId: header(atBob, "Call-ID") ?? "", more }),
  );
  alice.phone.send(responseTo(await alice.phone.takeRequest("BYE"), 200));
  expect((await bob.phone.takeResponse("BYE")).status).toBe(200);
  const a = await alice.confirm(ordered);
  a.say("before Carol");
  const c = await carol.join(toCarol);
  await until(() => box.trace.notes.length > 0 && carol.read.length > 0);

  const [note] = box.trace.notes;
  expect([note?.who, note?.what]).toEqual([
    "X",
    `group established: ${[alice, bob, carol].map(({ address }) => address).join(" ")}`,
  ]);
  const rungs = rungsOf(box.trace.sip, { A: "alice", B: "bob", C: "carol" }, note?.at ?? null);
  expect(problemsOf(rungs)).toEqual([]);
  expect(rungs).toHaveLength(19);

  b.say("from Bob");
  c.say("from Carol");
  await until(() => alice.read.length + bob.read.length + carol.read.length >= 6);
  expect([alice.read.toSorted(), bob.read, carol.read]).toEqual([
    ["from Bob", "from Carol"],
    ["before Carol", "from Carol"],
    ["before Carol", "from Bob"],
  ]);

  alice.subscribe(a.conference);
  const { info } = await alice.notified();
  expect(info.users.map((user) => [user.displayText, user.status])).toEqual([
    ["Alice Moreau", "connected"],
    ["Bob Lindqvist", "connected"],
    ["Carol Okafor", "connected"],
  ]);

  await b.leave();
  await c.leave();
  alice.phone.send(responseTo(await alice.phone.takeRequest("BYE"), 200));
  await until(() => box.focus.open().dialogs === 0);
  await expect.poll(() => box.focus.groups.size).toBe(0);
});
