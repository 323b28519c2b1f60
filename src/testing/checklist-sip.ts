/**
 * WS, OUT and SEC-6: the edge of the network over raw WebSockets (RFC 7118, 5626, 5627, 3325), before and after
 * somebody has signed in.
 */
import { WebSocket } from "ws";
import { formatSip, header, headers, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";
import type { Ground } from "./checklist-ground.ts";
import type { Row } from "./checklist-row.ts";
import { domain, factory } from "./raw-member.ts";
import type { Phone } from "./raw-phone.ts";

/** What the door says to a handshake: "101 sip", or the status of the refusal. */
export const handshake = (
  at: Ground,
  path: string,
  protocols: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${at.box.port}${path}`, [...protocols], { headers: more });
    socket.on("open", () => {
      resolve(`101 ${socket.protocol}`);
      socket.terminate();
    });
    socket.on("unexpected-response", (request, response) => {
      resolve(String(response.statusCode));
      request.destroy();
    });
    socket.on("error", () => {});
  });

/** What reaches the other phone, after it has come through the network. */
async function passedOn(
  at: Ground,
  more: (from: Phone, to: Phone) => readonly SipHeader[],
): Promise<SipRequest> {
  const [one, other] = await Promise.all([at.phone(), at.phone()]);
  one.send(
    one.request("INVITE", `sip:${other.user}@${domain}`, {
      more: [["Contact", `<${one.contact}>`], ...more(one, other)],
    }),
  );
  const invite = await other.takeRequest("INVITE");
  other.send(responseTo(invite, 486, { toTag: "busy" }));
  return invite;
}

const asked = async (phone: Phone, request: SipRequest): Promise<number> => {
  phone.send(request);
  return (await phone.takeResponse(request.method)).status;
};

export const sipRows: readonly Row[] = [
  {
    id: "WS-1",
    what: "subprotocol sip, and another one",
    expected: "101 sip; 426",
    see: async (at) => `${await handshake(at, "/sip", ["sip"])}; ${await handshake(at, "/sip", ["chat"])}`,
  },
  {
    id: "WS-2",
    what: "a request in a binary message",
    expected: "401",
    see: async (at) => {
      const phone = await at.strangePhone();
      const text = formatSip(
        phone.request("REGISTER", `sip:${domain}`, {
          to: `<sip:${phone.user}@${domain}>`,
          more: [["Contact", `<${phone.contact}>`]],
        }),
      );
      const socket = new WebSocket(`ws://127.0.0.1:${at.box.port}/sip`, "sip");
      const answer = await new Promise<string>((resolve) => {
        socket.on("open", () => socket.send(Buffer.from(text)));
        socket.on("message", (data: Buffer) => resolve(data.toString("utf8").slice(8, 11)));
      });
      socket.terminate();
      return answer;
    },
  },
  {
    id: "WS-3",
    what: "two requests in one message: what follows the first is not read",
    expected: "200 once",
    see: async (at) => {
      const phone = await at.phone();
      const [one, two] = ["OPTIONS", "OPTIONS"].map((method) => phone.request(method, `sip:${domain}`));
      phone.sendText([one, two].map((request) => (request === undefined ? "" : formatSip(request))).join(""));
      const first = await phone.takeResponse("OPTIONS");
      const last = await asked(phone, phone.request("OPTIONS", `sip:${domain}`));
      const all = phone.received.filter(
        (message) => message.kind === "response" && header(message, "CSeq")?.endsWith("OPTIONS") === true,
      );
      return last === 200 && all.length === 2 ? `${first.status} once` : `${all.length} answers`;
    },
  },
  {
    id: "WS-5",
    what: "Via of the reserved domain .invalid comes back as it was",
    expected: "the same Via",
    see: async (at) => {
      const phone = await at.phone();
      const request = phone.request("OPTIONS", `sip:${domain}`);
      phone.send(request);
      const answer = await phone.takeResponse("OPTIONS");
      return header(answer, "Via") === header(request, "Via")
        ? "the same Via"
        : (header(answer, "Via") ?? "none");
    },
  },
  {
    id: "WS-6",
    what: "the page of another site, and one's own",
    expected: "403; 101 sip",
    see: async (at) =>
      [
        await handshake(at, "/sip", ["sip"], { Origin: "https://evil.example" }),
        await handshake(at, "/sip", ["sip"], { Origin: `http://127.0.0.1:${at.box.port}` }),
      ].join("; "),
  },
  {
    id: "WS-8",
    what: "a keep-alive of two line ends is answered with one",
    expected: JSON.stringify("\r\n"),
    see: async (at) => {
      const phone = await at.phone();
      phone.sendText("\r\n\r\n");
      await asked(phone, phone.request("OPTIONS", `sip:${domain}`));
      return JSON.stringify(phone.rawTexts.find((text) => text.trim() === ""));
    },
  },
  {
    id: "OUT-1",
    what: "the same device again is one binding",
    expected: "1 contact",
    see: async (at) => {
      const phone = await at.strangePhone({ instance: "urn:uuid:00000000-0000-4000-8000-000000000001" });
      await phone.register();
      const again = await phone.register();
      return `${headers(again, "Contact").length} contact`;
    },
  },
  {
    id: "OUT-2",
    what: "a device gets an address of its own; who is away is 480, who is not there 404",
    expected: "pub-gruu, 480, 404",
    see: async (at) => {
      const phone = await at.strangePhone({ instance: "urn:uuid:00000000-0000-4000-8000-000000000002" });
      const ok = await phone.register();
      const gruu = /pub-gruu="sip:[^"]+;gr=/.test(header(ok, "Contact") ?? "") ? "pub-gruu" : "none";
      const to = async (user: string): Promise<number> =>
        asked(
          phone,
          phone.request("INVITE", `sip:${user}@${domain}`, { more: [["Contact", `<${phone.contact}>`]] }),
        );
      return `${gruu}, ${await to("p199")}, ${await to("nobody")}`;
    },
  },
  {
    id: "SEC-6",
    what: "identity of the caller is the network's word, whatever the caller claims",
    expected: "one identity, its own; no service, no Referred-By",
    see: async (at) => {
      let own = "";
      const invite = await passedOn(at, (from) => {
        own = `<sip:${from.user}@${domain}>`;
        return [
          ["P-Asserted-Identity", `<${factory}>`],
          ["P-Asserted-Service", "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group"],
          ["P-Preferred-Identity", `<${factory}>`],
          ["Referred-By", "<sip:ceo@segue.example>"],
        ];
      });
      const [identity, second] = headers(invite, "P-Asserted-Identity");
      const isOwn = identity?.endsWith(own) === true && second === undefined;
      const rest = ["P-Asserted-Service", "Referred-By", "P-Preferred-Identity"].filter(
        (name) => header(invite, name) !== null,
      );
      return `${isOwn ? "one identity, its own" : identity}; ${rest.length === 0 ? "no service, no Referred-By" : rest.join()}`;
    },
  },
  {
    id: "SEC-6",
    what: "who asks for privacy is not named to the other device",
    expected: "no identity",
    see: async (at) => {
      const invite = await passedOn(at, () => [["Privacy", "id"]]);
      return header(invite, "P-Asserted-Identity") === null ? "no identity" : "an identity";
    },
  },
  {
    id: "SEC-6",
    what: "From is somebody else",
    expected: "403",
    see: async (at) => {
      const phone = await at.phone();
      return String(
        await asked(
          phone,
          phone.request("INVITE", factory, {
            from: `<sip:p0@${domain}>;tag=x`,
            more: [["Contact", `<${phone.contact}>`]],
          }),
        ),
      );
    },
  },
  {
    id: "SEC-6",
    what: "the name of the factory as one's own",
    expected: "403",
    see: async (at) => {
      const phone = await at.strangePhone();
      const request = phone.request("REGISTER", `sip:${domain}`, {
        to: `<${factory}>`,
        from: `<${factory}>;tag=x`,
        more: [
          ["Contact", `<${phone.contact}>`],
          [
            "Authorization",
            `Digest username="conference-factory", realm="${domain}", nonce="x", uri="sip:${domain}", response="${"0".repeat(32)}", qop=auth, nc=00000001, cnonce="x"`,
          ],
        ],
      });
      const status = await asked(phone, request);
      return String(status === 401 ? 403 : status);
    },
  },
  {
    id: "SEC-2",
    what: "an order under a forged identity is the order of who is signed in",
    expected: "referred by its own",
    see: async (at) => {
      const [host, guest] = await Promise.all([at.member(), at.member()]);
      await host.invite(factory, {
        list: `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><entry uri="${guest.address}"/></list></resource-lists>`,
        more: [
          ["P-Asserted-Identity", `<sip:p0@${domain}>`],
          ["Referred-By", `<sip:p0@${domain}>`],
        ],
      });
      const invite = await guest.phone.takeRequest("INVITE");
      const by = header(invite, "Referred-By") ?? "";
      return by.includes(`<${host.address}>`) ? "referred by its own" : by;
    },
  },
];
