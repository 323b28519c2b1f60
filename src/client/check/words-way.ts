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

/** The same for both servers. `orElse`: what to do where there is none. */
const socketWords = (
  server: string,
  subprotocol: string,
  orElse: string,
): { readonly [W in Why["sip"]]: (seen: SocketSeen) => Advice } => ({
  "no-name": () => [
    "There is no host of that name.",
    "Correct the name in the URL, or add it to the DNS of its domain.",
  ],
  refused: () => [
    "The host is there, and nobody listens on that port.",
    `Start the server, or correct the port in the URL. Without one, wss:// means 443 and ws:// 80.${orElse}`,
  ],
  "no-way": () => ["There is no way to that address from here.", "Look at routes, VPN and firewall."],
  silent: () => [
    "Nobody answers at that address.",
    "Open the port in the firewalls between, and see that the server listens on the address that the name leads to.",
  ],
  mute: () => [
    "The connection is taken, and nothing is answered on it.",
    "Correct the port in the URL if it belongs to something else; else see what keeps the server, or the one behind the web server, from answering.",
  ],
  closed: ({ url }) => [
    "The connection is taken, and closed without an answer.",
    `Correct the port in the URL${url.startsWith("ws:") ? ", or write wss:// if it expects TLS" : ""}; if both are right, the server’s log says why it closes.`,
  ],
  "no-http": () => [
    "Something else than a web server answers on that port, and a WebSocket begins with a request to one.",
    `Correct the port in the URL: ${server} over WebSocket has its own, apart from ${server} over TCP.`,
  ],
  origin: ({ origin }) =>
    origin === null
      ? [
          "It answers 403: WebSockets from here are forbidden, though no page has asked.",
          "Look for a rule that forbids it (allow, deny) in the web server in front, and in the server’s own access lists.",
        ]
      : [
          `It answers 403: as a rule that means that it takes no WebSockets from pages of ${origin}.`,
          `Add ${origin} to the origins it accepts (Kamailio here: SEGUE_ORIGINS in local.cfg; the box and npm run relay: --origin). If it is among them, look for a rule of the web server in front (allow, deny).`,
        ],
  elsewhere: ({ trouble }) => [
    `A web server answers ${trouble?.status ?? "that"} and sends elsewhere, where no WebSocket follows.`,
    "Write the address that it sends to into the URL, with wss:// in place of https://. If that is a page to sign in at, have the web server leave this path open: SIP asks for the password itself.",
  ],
  "sign-in": () => [
    "A web server asks for a password of its own (401), which no browser gives with a WebSocket.",
    "Have it ask for none on this path: SIP asks for the password itself.",
  ],
  gateway: ({ trouble }) => [
    `A web server answers ${trouble?.status ?? ""}: it does not reach the server behind it, or that one has too much to do.`,
    "See that the server behind it runs, and that the web server passes this path on to the address and port where it listens (nginx: proxy_pass).",
  ],
  http: ({ trouble }) => [
    `A web server answers ${trouble?.status ?? "something else"} where a WebSocket is expected.`,
    `Correct the path of the URL, or have the web server in front pass that path on, and its Upgrade and Connection headers with it (nginx: proxy_set_header).${orElse}`,
  ],
  "bad-request": ({ url }) => [
    `It answers 400, as Kamailio does where the subprotocol “${subprotocol}” is not spoken${url.startsWith("ws:") ? ", and web servers where TLS is expected" : ""}.`,
    `Switch ${server} over WebSocket on (Kamailio: its module is loaded before websocket.so), or name the URL where it is${url.startsWith("ws:") ? ", with wss:// if it expects TLS" : ""}. A web server in front has to pass Upgrade, Connection and Sec-WebSocket-Protocol on.${orElse}`,
  ],
  subprotocol: () => [
    `It opens WebSockets, and does not answer the subprotocol “${subprotocol}” there.`,
    `Switch ${server} over WebSocket on, or name the URL where it is. A web server in front has to pass Sec-WebSocket-Protocol on, both ways.${orElse}`,
  ],
  other: ({ reached, url }) =>
    reached === true
      ? [
          `The host answers${url.startsWith("wss:") ? " with a good certificate" : ""}, and no WebSocket opens. The browser does not say why.`,
          `Look at three things: the path of the URL, whether pages of this address are accepted (Origin), and whether it speaks the subprotocol “${subprotocol}”. npm run check, in a terminal, names which.${orElse}`,
        ]
      : ["No WebSocket opens.", "See what the server writes in its log at this moment."],
  unknown: ({ url }) => [
    `No WebSocket opens, and the browser does not say why: name, port, firewall${url.startsWith("wss:") ? ", certificate" : ""} or path.`,
    url.startsWith("wss:")
      ? "Open the same address with https:// in place of wss:// in a tab: a certificate that is not good is shown there. npm run check, in a terminal, names the reason."
      : "Open the same address with http:// in place of ws:// in a tab, to see whether anybody answers. npm run check, in a terminal, names the reason.",
  ],
});

/** The same for both servers. */
const tlsWords = (
  whose: string,
): { readonly [W in "certificate" | "no-tls"]: (seen: SocketSeen) => Advice } => ({
  certificate: ({ trouble }) => [
    `${whose} certificate is not good: ${trouble?.text ?? ""}.`,
    "Install a certificate for this very name, with its chain, from an authority that browsers know. An authority of your own is made known to npm run check by NODE_EXTRA_CA_CERTS=FILE.",
  ],
  "no-tls": ({ trouble }) => [
    `No TLS comes about: ${trouble?.text ?? ""}.`,
    "Correct the port in the URL, or give the server TLS there, itself or by a web server in front.",
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
      ...tlsWords("The"),
      open: () => [
        "ws:// is not encrypted: everything said can be read on the way, and no page that came over https may use it.",
        "Give the server TLS, itself or by a web server in front, and write wss:// in the URL.",
      ],
    },
    detail: ({ url, span, tls, trouble }) => {
      if (url.startsWith("ws:"))
        return span === "loopback" ? "None: on this machine it needs none" : `None: ${url}`;
      if (trouble?.is === "certificate" || trouble?.is === "no-tls") return trouble.text;
      return tls === null
        ? "The browser accepts the certificate"
        : `${tls.version}, certificate of ${tls.name} until ${tls.until}`;
    },
  },
  sip: {
    name: "SIP over WebSocket",
    good: "The server speaks SIP to browsers (RFC 7118).",
    why: socketWords("SIP", "sip", ""),
    detail: socketDetail,
  },
  relay: {
    name: "MSRP over WebSocket",
    good: "There is a message relay that speaks to browsers (RFC 7977).",
    why: {
      ...socketWords("MSRP", "msrp", " A server that has no relay takes npm run relay beside it."),
      ...tlsWords("The relay’s"),
    },
    detail: socketDetail,
  },
};
