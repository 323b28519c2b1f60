/** What is said of the way to both servers: the page, TLS, the two WebSockets. */
import { type Advice, type Words } from "./words-kit.ts";
import type { SocketSeen, Why } from "./seen.ts";

const socketDetail = ({ opened, ms, subprotocol, trouble, url }: SocketSeen): string =>
  opened
    ? `${url} opened in ${ms} ms, subprotocol ${subprotocol}`
    : `${url}: ${trouble === null || trouble.text === "" ? "it did not open" : trouble.text}`;

/** What the browser does about private addresses. */
const asked = {
  granted: "private addresses are allowed to it",
  denied: "private addresses are forbidden to it",
  prompt: "the browser asks before it goes to private addresses",
} as const;

/** The same for both servers; `where` is how its path is known. */
const socketWords = (
  server: string,
  subprotocol: string,
): { readonly [W in Why["sip"]]: (seen: SocketSeen) => Advice } => ({
  "no-name": () => [
    "There is no host of that name.",
    "Correct the name in the URL, or add it to the DNS of its domain.",
  ],
  refused: () => [
    "The host is there, and nobody listens on that port.",
    "Start the server, or correct the port in the URL. Without one, wss:// means 443 and ws:// 80.",
  ],
  "no-way": () => ["There is no way to that address from here.", "Look at routes, VPN and firewall."],
  silent: () => [
    "Nobody answers at that address.",
    "Open the port in the firewalls between, and see that the server listens on the address that the name leads to.",
  ],
  origin: () => [
    "It answers 403: it does not take WebSockets from this page’s address.",
    "Add the address of the page to the origins it accepts (Kamailio here: SEGUE_ORIGINS in local.cfg; the box: --origin).",
  ],
  http: ({ trouble }) => [
    `A web server answers ${trouble?.status ?? "something else"} where a WebSocket is expected.`,
    "Correct the path of the URL, or have the web server in front pass that path on with its Upgrade header.",
  ],
  "bad-request": ({ url }) => [
    `It answers 400: the subprotocol “${subprotocol}” is not spoken there (Kamailio says so in this way)${url.startsWith("ws:") ? ", or it expects TLS on that port" : ""}.`,
    `Switch ${server} over WebSocket on (Kamailio: its module is loaded before websocket.so), or name the URL where it is.`,
  ],
  subprotocol: () => [
    `It opens WebSockets, and does not speak the subprotocol “${subprotocol}” there.`,
    `Switch ${server} over WebSocket on, or name the URL where it is.`,
  ],
  other: ({ reached }) =>
    reached === true
      ? [
          "The host answers with a good certificate, and no WebSocket opens. The browser does not say why.",
          `Look at three things: the path of the URL, whether pages of this address are accepted (Origin), and whether it speaks the subprotocol “${subprotocol}”. npm run check, in a terminal, names which.`,
        ]
      : ["No WebSocket opens.", "See what the server writes in its log at this moment."],
  unknown: () => [
    "No WebSocket opens, and the browser does not say why: name, port, firewall, certificate or path.",
    "Open the same address with https:// in place of wss:// in a tab: a certificate that is not good is shown there. npm run check, in a terminal, names the reason.",
  ],
});

export const wayWords: { readonly [Id in "page" | "tls" | "sip" | "relay"]: Words<Id> } = {
  page: {
    name: "The page may connect",
    good: "The browser lets this page open connections to these servers.",
    why: {
      mixed: () => [
        "A page that came over https may only open wss, so the browser stops this before anything is sent.",
        "Give the server TLS and write wss:// in the URL.",
      ],
      "not-asked": () => [
        "A page from the open net that came over plain http may not connect to an address of this network or this machine, and the browser does not even ask.",
        "Serve the app over https, or from the private network itself.",
      ],
      denied: () => [
        "The server has an address of this network or this machine, and the browser does not let this page connect to any.",
        "Allow access to the local network in the settings of this site (left of its address), or give the server a public address.",
      ],
      unanswered: () => [
        "The server has an address of this network or this machine: the browser asks whether this page may connect to it, and nobody has answered.",
        "Answer the browser’s question with Allow, and check again.",
      ],
    },
    detail: ({ page, pageSpan, span, permission }) => {
      if (page === null) return "No page: a program asks";
      const where = {
        loopback: " to this machine",
        private: " to a private address",
        public: "",
        unknown: "",
      };
      // Nobody is asked where both are near, nor where the page is not to be trusted.
      const isFar = pageSpan !== "loopback" && pageSpan !== "private" && span !== "public";
      const isAsked = isFar && page.startsWith("https:") && permission !== null;
      return `From ${page}${where[span]}${isAsked ? `; ${asked[permission]}` : ""}`;
    },
  },
  tls: {
    name: "TLS",
    good: "What is said can’t be read on the way.",
    why: {
      certificate: ({ trouble }) => [
        `The certificate is not good: ${trouble?.text ?? ""}.`,
        "Install a certificate for this very name, with its chain, from an authority that browsers know.",
      ],
      open: () => [
        "ws:// is not encrypted: everything said can be read on the way, and no page that came over https may use it.",
        "Give the server TLS, itself or by a web server in front, and write wss:// in the URL.",
      ],
    },
    detail: ({ url, span, tls, trouble }) => {
      if (url.startsWith("ws:"))
        return span === "loopback" ? "None: on this machine it needs none" : `None: ${url}`;
      if (trouble?.is === "certificate") return trouble.text;
      return tls === null
        ? "The browser accepts the certificate"
        : `${tls.version}, certificate of ${tls.name} until ${tls.until}`;
    },
  },
  sip: {
    name: "SIP over WebSocket",
    good: "The server speaks SIP to browsers (RFC 7118).",
    why: socketWords("SIP", "sip"),
    detail: socketDetail,
  },
  relay: {
    name: "MSRP over WebSocket",
    good: "There is a message relay that speaks to browsers (RFC 7977).",
    why: {
      ...socketWords("MSRP", "msrp"),
      certificate: ({ trouble }) => [
        `The relay’s certificate is not good: ${trouble?.text ?? ""}.`,
        "Install a certificate for this very name, with its chain, from an authority that browsers know.",
      ],
    },
    detail: socketDetail,
  },
};
