/**
 * RLI, SEC-4, SEC-5 and SEC-8: what may be ordered of the factory (RFC 5363, 5364, 5366; decisions 14, 20, 33), and
 * that nobody is invited by an order that is refused.
 */
import { formatResourceLists, listType } from "../wire/resource-lists.ts";
import { header } from "../wire/sip.ts";
import { entry, invitedByFocus, listOf, order, ownGroup, sharedGroup, uriEntry } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";
import { factory } from "./raw-member.ts";

const refusedUri = (id: string, what: string, more: string, status = 400): Row => ({
  id,
  what,
  expected: `${status}, 0 invited`,
  see: (at) =>
    order(at, ([one, two]) => listOf(uriEntry(`${one?.address}${more}`), uriEntry(two?.address ?? ""))),
});

const refusedList = (id: string, what: string, expected: string, inside: string): Row => ({
  id,
  what,
  expected: `${expected}, 0 invited`,
  see: (at) => order(at, listOf(inside)),
});

export const factoryRows: readonly Row[] = [
  {
    id: "RLI-1",
    what: "a list of two to the factory",
    expected: "183, 2 invited",
    see: (at) =>
      order(at, (people) => formatResourceLists(people.slice(0, 2).map((one) => entry(one.address)))),
  },
  {
    id: "RLI-2",
    what: "the 200 says nothing of who else is asked",
    expected: "SDP alone",
    see: async (at) => {
      const { ok } = await sharedGroup(at);
      return header(ok, "Content-Type") === "application/sdp" ? "SDP alone" : "more";
    },
  },
  {
    id: "RLI-3",
    what: "a list in a re-INVITE",
    expected: "420 Unsupported: recipient-list-invite",
    see: async (at) => {
      const { host, hostSession } = await sharedGroup(at);
      const list = formatResourceLists([entry("sip:p199@segue.example")]);
      const request = hostSession.request("INVITE", [
        ["Require", "recipient-list-invite"],
        ["Content-Type", listType],
        ["Content-Disposition", "recipient-list"],
      ]);
      host.phone.send({ ...request, body: list });
      const answer = await host.phone.takeResponse("INVITE");
      return `${answer.status} Unsupported: ${header(answer, "Unsupported")}`;
    },
  },
  {
    id: "RLI-4",
    what: "copycontrol as RFC 5364 and as RFC 5366 write its namespace",
    expected: "183, 2 invited",
    see: (at) =>
      order(
        at,
        ([one, two]) =>
          `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:a="urn:ietf:params:xml:ns:copycontrol" xmlns:b="urn:ietf:params:xml:ns:copyControl"><list><entry a:copyControl="to" uri="${one?.address}"/><entry b:copyControl="cc" uri="${two?.address}"/></list></resource-lists>`,
      ),
  },
  {
    id: "RLI-5",
    what: "OPTIONS to the factory",
    expected: "200 recipient-list-invite",
    see: async (at) => {
      const phone = await at.phone();
      phone.send(phone.request("OPTIONS", factory));
      const answer = await phone.takeResponse("OPTIONS");
      const supported = header(answer, "Supported") ?? "";
      return `${answer.status} ${/recipient-list-invite/.exec(supported)?.[0]}`;
    },
  },
  {
    id: "RLI-9",
    what: "the same person as bcc and as to",
    expected: "183, 1 invited",
    see: (at) =>
      order(at, ([one]) =>
        formatResourceLists(
          ["bcc", "to"].map((as) => entry(one?.address ?? "", { copyControl: as as "to" })),
        ),
      ),
  },
  {
    id: "RLI-10",
    what: "several lists, one person written in two ways",
    expected: "183, 2 invited",
    see: (at) =>
      order(at, ([one, two]) =>
        listOf(uriEntry(one?.address ?? ""), "</list><list>", uriEntry(two?.address ?? "")).replace(
          "</list></resource-lists>",
          `${uriEntry(`${one?.address.toUpperCase().replace("SIP:", "sip:")};method=INVITE`)}</list></resource-lists>`,
        ),
      ),
  },
  {
    id: "RLI-11",
    what: "an order by somebody who has not signed in",
    expected: "403, 0 invited",
    see: async (at) => {
      const [stranger, guest] = await Promise.all([at.strangePhone(), at.member()]);
      const before = invitedByFocus(at).length;
      stranger.send(
        stranger.request("INVITE", factory, {
          more: [
            ["Contact", `<${stranger.contact}>`],
            ["Require", "recipient-list-invite"],
            ["P-Asserted-Identity", `<${guest.address}>`],
            ["Content-Type", listType],
            ["Content-Disposition", "recipient-list"],
          ],
          body: formatResourceLists([entry(guest.address)]),
        }),
      );
      const { status } = await stranger.takeResponse("INVITE");
      return `${status}, ${invitedByFocus(at).length - before} invited`;
    },
  },
  {
    id: "RLI-13",
    what: "who orders learns what became of it",
    expected: "480",
    see: async (at) => {
      const host = await at.member();
      const session = await host.invite(factory, {
        list: formatResourceLists([entry("sip:p199@segue.example"), entry("sip:p198@segue.example")]),
      });
      return String((await session.final()).status);
    },
  },
  {
    id: "RLI-14",
    what: "a hundred others and oneself: one too many",
    expected: "486 Warning 102, 0 invited",
    see: (at) =>
      order(at, listOf(...Array.from({ length: 100 }, (_, n) => uriEntry(`sip:q${n}@segue.example`)))),
  },
  refusedList("RLI-14", "a nested list", "403", `<list>${uriEntry("sip:a@segue.example")}</list>`),
  refusedList("RLI-14", "an external list", "403", '<external anchor="http://x.example/list"/>'),
  refusedList("RLI-14", "a reference to an entry", "403", '<entry-ref ref="x"/>'),
  refusedList("RLI-14", "two hundred elements deep", "400", "<x>".repeat(200) + "</x>".repeat(200)),
  {
    id: "RLI-14",
    what: "an order of more bytes than a message may have",
    expected: "closed with 1009",
    see: async (at) => {
      const phone = await at.phone();
      phone.send(
        phone.request("INVITE", factory, {
          more: [["Content-Type", listType]],
          body: listOf(uriEntry(`sip:${"x".repeat(70_000)}@segue.example`)),
        }),
      );
      await phone.takeResponse("INVITE").catch(() => {});
      return `closed with ${phone.closeCode()}`;
    },
  },
  {
    id: "RLI-15",
    what: "a list of another type",
    expected: "415, 0 invited",
    see: (at) => order(at, "sip:bob@segue.example", { listAs: "text/uri-list" }),
  },
  refusedList("RLI-15", "an empty list", "403 Warning 129", ""),
  {
    id: "RLI-15",
    what: "nobody but who orders",
    expected: "403 Warning 129, 0 invited",
    see: (at) => order(at, ([, , host]) => listOf(uriEntry(host?.address ?? ""))),
  },
  refusedUri("SEC-4", "Route in a URI of the list", "?Route=%3Csip%3Aevil.example%3Blr%3E"),
  refusedUri("SEC-4", "From in a URI of the list", "?From=sip%3Aceo%40segue.example"),
  refusedUri("SEC-4", "body in a URI of the list", "?body=hello"),
  refusedUri("SEC-4", "CR and LF in a mark", "?Session-Replaces=x%0D%0ARoute%3A%20%3Csip%3Aevil%3E"),
  refusedUri("SEC-4", "another method in a URI of the list", ";method=BYE"),
  refusedUri("SEC-4", "a mark twice", "?Session-Replaces=a&Session-Replaces=b"),
  {
    id: "SEC-4",
    what: "marks on two entries",
    expected: "400, 0 invited",
    see: (at) =>
      order(at, (people) =>
        formatResourceLists(
          people.slice(0, 2).map((one) => entry(one.address, { sessionReplaces: one.user })),
        ),
      ),
  },
  refusedList("SEC-5", "the factory in the list", "403", uriEntry(factory)),
  {
    id: "SEC-5",
    what: "a group in the list",
    expected: "403, 0 invited",
    see: async (at) => {
      const { conference } = await sharedGroup(at);
      return order(at, listOf(uriEntry(conference)));
    },
  },
  {
    id: "SEC-5",
    what: "a group brought into a group by REFER",
    expected: "403, 0 invited",
    see: async (at) => {
      const { host, conference } = await ownGroup(at);
      const other = await sharedGroup(at);
      const before = invitedByFocus(at).length;
      host.phone.send(
        host.phone.request("REFER", conference, {
          more: [
            ["Contact", `<${host.phone.contact}>`],
            ["Refer-To", `<${other.conference}>`],
          ],
        }),
      );
      const { status } = await host.phone.takeResponse("REFER");
      return `${status}, ${invitedByFocus(at).length - before} invited`;
    },
  },
  {
    id: "SEC-5",
    what: "an order that has no hop left",
    expected: "483",
    see: async (at) => {
      const phone = await at.phone();
      phone.send(
        phone.request("INVITE", factory, { maxForwards: 0, more: [["Contact", `<${phone.contact}>`]] }),
      );
      return String((await phone.takeResponse("INVITE")).status);
    },
  },
  {
    id: "SEC-8",
    what: "a DOCTYPE in the list",
    expected: "400, 0 invited",
    see: (at) => order(at, `<!DOCTYPE x [<!ENTITY e "x">]>${listOf(uriEntry("sip:a@segue.example"))}`),
  },
];
