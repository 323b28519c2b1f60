/** How much one person may order of the factory, and that others are none the worse. */
import { afterEach, describe, expect, test } from "vitest";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { addressOfUser, invitee, type GroupPerson, type InGroup } from "../../testing/group-person.ts";
import { header, type SipResponse } from "../../wire/sip.ts";
import { focusLimits, type FocusLimits } from "./limits.ts";

let network: GroupNetwork;
afterEach(() => network.stop());

async function people(limits: Partial<FocusLimits>): Promise<readonly [GroupPerson, GroupPerson]> {
  network = groupNetwork({ limits: { ...focusLimits, ...limits } });
  return network.people("alice", "carol");
}

/** "183", or the status of a refusal with what it says besides. */
async function order(host: GroupPerson, guest: string): Promise<string> {
  const { invite } = host.order([invitee(guest)]);
  await network.quiet();
  const answer = host.phone.received.findLast(
    (one) => one.kind === "response" && header(one, "Call-ID") === header(invite, "Call-ID"),
  );
  if (answer?.kind !== "response") return "nothing";
  const more = ["Warning", "Retry-After"].flatMap((name) => header(answer, name) ?? []);
  return [answer.status, ...more].join(" ");
}

/** Bob is there and does not answer. */
const ringing = "183";

test("so many groups a minute, each person for itself", async () => {
  const [alice, carol] = await people({ groupsPerMinute: 2 });
  await network.person("bob");
  expect([await order(alice, "bob"), await order(alice, "bob")]).toEqual([ringing, ringing]);
  expect(await order(alice, "bob")).toBe('486 102 segue.example "too many groups at once" 60');
  expect(network.focus.refused().get("too many groups at once")).toBe(1);
  expect(await order(carol, "bob")).toBe(ringing);
  network.clock.advance(60_000);
  expect(await order(alice, "bob")).toBe(ringing);
});

test("so many people in all groups of one host, each host for itself", async () => {
  const [alice, carol] = await people({ peopleOfOne: 3 });
  await network.person("bob");
  expect(await order(alice, "bob")).toBe(ringing);
  expect(await order(alice, "bob")).toBe('486 102 segue.example "too many people in groups"');
  expect(network.focus.refused().get("too many people in groups")).toBe(1);
  expect(await order(carol, "bob")).toBe(ringing);
});

describe("in a group", () => {
  async function group(limits: Partial<FocusLimits>): Promise<{ alice: GroupPerson; place: InGroup }> {
    const [alice] = await people(limits);
    const bob = await network.person("bob");
    const ordered = alice.order([invitee("bob")]);
    await bob.join(await bob.phone.takeRequest("INVITE"));
    const place = await alice.confirm(ordered);
    await network.quiet();
    return { alice, place };
  }
  const refer = (place: InGroup, who: string): Promise<SipResponse> =>
    place.send("REFER", [["Refer-To", `<${addressOfUser(who)}>`]]);

  test("so many people asked in a minute, by order or REFER", async () => {
    const { place } = await group({ invitationsPerMinute: 2 });
    expect((await refer(place, "nobody-1")).status).toBe(202);
    const late = await refer(place, "nobody-2");
    expect([late.status, header(late, "Retry-After")]).toEqual([486, "60"]);
    expect(network.focus.refused().get("too many invitations at once")).toBe(1);
    network.clock.advance(60_000);
    await network.quiet();
    expect((await refer(place, "nobody-3")).status).toBe(202);
  });

  test("so many in the roster, with those who did not come: nobody fills it with made-up names", async () => {
    const { place } = await group({ listed: 3 });
    expect((await refer(place, "nobody-1")).status).toBe(202);
    await network.quiet();
    const late = await refer(place, "nobody-2");
    expect([late.status, header(late, "Warning")]).toEqual([486, '102 segue.example "too many people"']);
    expect(network.focus.refused().get("too many people")).toBe(1);
    // Who is listed already may be asked again.
    expect((await refer(place, "nobody-1")).status).toBe(202);
  });

  test("one person's ways in, so many a minute", async () => {
    const { alice, place } = await group({ joinsPerMinute: 1 });
    await alice.confirm(alice.dialIn(place.conference));
    await network.quiet();
    alice.dialIn(place.conference);
    const late = await alice.phone.takeResponse("INVITE", 486);
    expect([late.status, header(late, "Retry-After")]).toEqual([486, "60"]);
    expect(network.focus.refused().get("too many ways in at once")).toBe(1);
  });

  test("one person's watching pages: the oldest makes room, and nobody takes the places of others", async () => {
    const { alice, place } = await group({ watchers: 3, watchersOfOne: 2 });
    const [watched] = network.focus.groups.values();
    const dialogs: (string | null)[] = [];
    for (let n = 0; n < 3; n += 1) {
      const subscribed = alice.subscribe(place.conference);
      dialogs.push(header(subscribed, "Call-ID"));
      await network.quiet();
    }
    const over = alice.phone.received.filter(
      (one) =>
        one.kind === "request" &&
        one.method === "NOTIFY" &&
        header(one, "Subscription-State")?.startsWith("terminated") === true,
    );
    expect(over.map((one) => header(one, "Call-ID"))).toEqual([dialogs[0]]);
    expect(watched?.watchers()).toBe(2);
    expect(network.focus.refused().get("too many watch for one person")).toBe(1);
  });
});

test("so many groups at a time, each person for itself", async () => {
  const [alice, carol] = await people({ groupsOfOne: 1 });
  await network.person("bob");
  expect(await order(alice, "bob")).toBe(ringing);
  expect(await order(alice, "bob")).toBe('486 102 segue.example "too many groups"');
  expect(await order(carol, "bob")).toBe(ringing);
  expect(network.focus.groups.size).toBe(2);
});
