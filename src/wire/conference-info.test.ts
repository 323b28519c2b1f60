import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import {
  formatConferenceInfo,
  parseConferenceInfo,
  type ConferenceInfo,
  type ConferenceUser,
} from "./conference-info.ts";
import { ProtocolError } from "./errors.ts";

const head = '<conference-info xmlns="urn:ietf:params:xml:ns:conference-info"';
const document = (inside: string, attributes = 'entity="sip:c@x" version="1"'): string =>
  `${head} ${attributes}>${inside}</conference-info>`;

describe("what is read", () => {
  test("the basic example of RFC 4575 §7.1", () => {
    const info = parseConferenceInfo(`<?xml version="1.0" encoding="UTF-8"?>
     <conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="sips:conf233@example.com"
      state="full" version="1">
     <!-- CONFERENCE INFO -->
      <conference-description>
       <subject>Agenda: This month's goals</subject>
        <service-uris><entry><uri>http://sharepoint/salesgroup/</uri><purpose>web-page</purpose></entry></service-uris>
       </conference-description>
      <conference-state><user-count>33</user-count></conference-state>
      <users>
       <user entity="sip:bob@example.com" state="full">
        <display-text>Bob Hoskins</display-text>
        <endpoint entity="sip:bob@pc33.example.com">
         <display-text>Bob's Laptop</display-text>
         <status>disconnected</status>
         <disconnection-method>departed</disconnection-method>
         <disconnection-info><when>2005-03-04T20:00:00Z</when><reason>bad voice quality</reason>
          <by>sip:mike@example.com</by></disconnection-info>
         <media id="1"><type>audio</type><status>sendrecv</status></media>
        </endpoint>
       </user>
       <user entity="sip:alice@example.com" state="full">
        <display-text>Alice</display-text>
        <endpoint entity="sip:4kfk4j392jsu@example.com;grid=433kj4j3u">
         <status>connected</status>
         <joining-method>dialed-out</joining-method>
         <joining-info><when>2005-03-04T20:00:00Z</when><by>sip:mike@example.com</by></joining-info>
        </endpoint>
       </user>
      </users>
     </conference-info>`);
    expect(info).toEqual({
      entity: "sips:conf233@example.com",
      state: "full",
      version: 1,
      subject: "Agenda: This month's goals",
      maximumUserCount: null,
      usersState: "full",
      users: [
        {
          entity: "sip:bob@example.com",
          displayText: "Bob Hoskins",
          state: "full",
          status: "disconnected",
          joiningMethod: null,
          invitedBy: null,
          disconnectionMethod: "departed",
          reason: { cause: null, text: "bad voice quality" },
        },
        {
          entity: "sip:alice@example.com",
          displayText: "Alice",
          state: "full",
          status: "connected",
          joiningMethod: "dialed-out",
          invitedBy: "sip:mike@example.com",
          disconnectionMethod: null,
          reason: null,
        },
      ],
    } satisfies ConferenceInfo);
  });

  test("a partial document: who is gone, and no users at all", () => {
    const info = parseConferenceInfo(
      document(
        '<users state="partial"><user entity="sip:bob@x" state="deleted"/><user entity="sip:carol@x" state="partial"/></users>',
        'entity="sip:c@x" state="partial" version="5"',
      ),
    );
    expect([info.state, info.usersState]).toEqual(["partial", "partial"]);
    expect(info.users.map((user) => [user.entity, user.state, user.status])).toEqual([
      ["sip:bob@x", "deleted", null],
      ["sip:carol@x", "partial", null],
    ]);
    const none = parseConferenceInfo(document("", 'entity="sip:c@x" state="partial" version="6"'));
    expect([none.usersState, none.users]).toEqual([null, []]);
  });

  test("of two devices the one that is in", () => {
    const { users } = parseConferenceInfo(
      document(
        '<users><user entity="sip:bob@x"><endpoint entity="1"><status>disconnected</status></endpoint><endpoint entity="2"><status>alerting</status></endpoint><endpoint entity="3" state="deleted"><status>connected</status></endpoint></user></users>',
      ),
    );
    expect(users[0]?.status).toBe("alerting");
  });

  test("a status in the reason", () => {
    const reason = (text: string): ConferenceUser["reason"] | undefined =>
      parseConferenceInfo(
        document(
          `<users><user entity="sip:b@x"><endpoint><status>disconnected</status><disconnection-info><reason>${text}</reason></disconnection-info></endpoint></user></users>`,
        ),
      ).users[0]?.reason;
    expect(reason('SIP;cause=486;text="Busy Here"')).toEqual({ cause: 486, text: "Busy Here" });
    expect(reason("SIP; cause=603")).toEqual({ cause: 603, text: "" });
    expect(reason("SIP;cause=9999")).toEqual({ cause: null, text: "SIP;cause=9999" });
  });
});

describe("what is refused", () => {
  test.each([
    ["no XML", "hello"],
    ["a DOCTYPE", `<!DOCTYPE x>${document("")}`],
    ["another document", '<x entity="sip:c@x" version="1"/>'],
    ["no entity", document("", 'version="1"')],
    ["no version", document("", 'entity="sip:c@x"')],
    ["a version that is no number", document("", 'entity="sip:c@x" version="-1"')],
    ["an unknown state", document("", 'entity="sip:c@x" version="1" state="half"')],
    ["a user without entity", document("<users><user/></users>")],
    [
      "an unknown status",
      document('<users><user entity="sip:b@x"><endpoint><status>asleep</status></endpoint></user></users>'),
    ],
  ])("%s", (_name, xml) => {
    expect(() => parseConferenceInfo(xml)).toThrow(ProtocolError);
  });
});

test("what is written is read back", () => {
  const text = fc.stringMatching(/^[!-~äß漢]([ -~äß漢]{0,20}[!-~äß漢])?$/);
  const users = fc.array(
    fc.record<ConferenceUser>({
      entity: fc.stringMatching(/^sip:[a-z&'<>]{1,8}@x$/),
      displayText: fc.option(text),
      state: fc.constantFrom("full", "partial"),
      status: fc.constantFrom(
        "pending",
        "dialing-out",
        "alerting",
        "connected",
        "disconnected",
        "dialing-in",
      ),
      joiningMethod: fc.constantFrom("dialed-in", "dialed-out", "focus-owner", null),
      invitedBy: fc.option(fc.constant("sip:alice@x")),
      disconnectionMethod: fc.constantFrom("departed", "booted", "failed", "busy", null),
      reason: fc.option(
        fc.record({ cause: fc.constantFrom(480, 603), text: fc.constantFrom("", "Busy Here", "a&b<c>") }),
      ),
    }),
    { maxLength: 5 },
  );
  const info = fc.record<ConferenceInfo>({
    entity: fc.constant("sip:conference-factory@x;conf=1"),
    state: fc.constantFrom("full", "partial"),
    version: fc.nat(),
    subject: fc.option(text),
    maximumUserCount: fc.option(fc.nat({ max: 1000 })),
    usersState: fc.constantFrom("full", "partial"),
    users,
  });
  fc.assert(
    fc.property(info, (one) => {
      expect(parseConferenceInfo(formatConferenceInfo(one))).toEqual(one);
    }),
  );
});

test("elements stand in the order of the schema, and the joined are counted", () => {
  const xml = formatConferenceInfo({
    entity: "sip:c@x",
    state: "full",
    version: 3,
    subject: "Lunch",
    maximumUserCount: 100,
    usersState: "full",
    users: [
      {
        entity: "sip:bob@x",
        displayText: "Bob",
        state: "full",
        status: "disconnected",
        joiningMethod: "dialed-out",
        invitedBy: "sip:alice@x",
        disconnectionMethod: "busy",
        reason: { cause: 486, text: "Busy Here" },
      },
    ],
  });
  const order = [...xml.matchAll(/<([a-z-]+)[ >]/g)].map(([, name]) => name);
  expect(order).toEqual(
    "conference-info conference-description subject maximum-user-count conference-state user-count users user display-text endpoint status joining-method joining-info by disconnection-method disconnection-info reason".split(
      " ",
    ),
  );
  expect(xml).toContain("<user-count>0</user-count>");
});
