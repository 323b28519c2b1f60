import { expect, it } from "vitest";
import { inviteHeaders } from "./headers.ts";
import { factoryReasonOf, isDeclined, reasonOf, textReasonOf } from "./reasons.ts";

it("every status has a reason that a person can read", () => {
  for (const reason of [reasonOf, textReasonOf]) {
    for (let status = 300; status < 700; status += 1) expect(reason(status)).toMatch(/^[A-Z][^0-9]+$/);
    expect(reason(null)).toMatch(/^[A-Z]/);
  }
});

it.each([
  [403, "Declined", true],
  [603, "Declined", true],
  [486, "Busy", false],
  [404, "Address not found", false],
  [408, "No answer", false],
  [488, "Can’t join groups", false],
  [480, "Not reachable right now", false],
])("%i of a person: %s", (status, reason, declined) => {
  expect(reasonOf(status)).toBe(reason);
  expect(isDeclined(status)).toBe(declined);
});

it("the factory's warnings go before its status", () => {
  expect(factoryReasonOf(486, '102 x "Too many"')).toBe("Too many people");
  expect(factoryReasonOf(403, '129 x "Empty"')).toBe("Nobody to invite");
  expect(factoryReasonOf(486, "nonsense")).toBe("Busy");
  expect(factoryReasonOf(486, null)).toBe("Busy");
});

it("an INVITE says which service, which conversation, which session", () => {
  const ids = { conversationId: "conversation", contributionId: "contribution" };
  const group = new Map(inviteHeaders("sip:alice@x", "group", ids, "Trip"));
  expect(group.get("P-Preferred-Service")).toBe("urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group");
  expect(group.get("Conversation-ID")).toBe("conversation");
  expect(group.get("Contribution-ID")).toBe("contribution");
  expect(group.get("Subject")).toBe("Trip");
  const one = new Map(inviteHeaders("sip:alice@x", "1-1", ids));
  expect(one.get("P-Preferred-Service")).toBe("urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session");
  expect(one.has("Subject")).toBe(false);
  expect(one.get("P-Preferred-Identity")).toBe("<sip:alice@x>");
});
