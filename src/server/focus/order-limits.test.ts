/** How much one person may order of the factory, and that others are none the worse. */
import { afterEach, expect, test } from "vitest";
import { groupNetwork, invitee, type GroupNetwork, type GroupPerson } from "../../testing/group-people.ts";
import { header } from "../../wire/sip.ts";
import { focusLimits, type FocusLimits } from "./focus.ts";

let network: GroupNetwork;
afterEach(() => network.stop());

async function people(limits: Partial<FocusLimits>): Promise<readonly [GroupPerson, GroupPerson]> {
  network = groupNetwork({ limits: { ...focusLimits, ...limits } });
  await network.quiet();
  return [await network.person("alice"), await network.person("carol")];
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

test("so many groups at a time, each person for itself", async () => {
  const [alice, carol] = await people({ groupsOfOne: 1 });
  await network.person("bob");
  expect(await order(alice, "bob")).toBe(ringing);
  expect(await order(alice, "bob")).toBe('486 102 segue.example "too many groups"');
  expect(await order(carol, "bob")).toBe(ringing);
  expect(network.focus.groups.size).toBe(2);
});
