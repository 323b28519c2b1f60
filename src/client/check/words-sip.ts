/** What is said of the SIP server: the password, registration, the factory, what passes unchanged and how much. */
import { type Words, answered, kilobytes, listed, offeredIn, refusedBy } from "./words-kit.ts";

export const sipWords: {
  readonly [Id in "digest" | "register" | "factory" | "unchanged" | "identity" | "size"]: Words<Id>;
} = {
  digest: {
    name: "How the password is asked for",
    good: "The server asks in a way that this client can answer.",
    why: {
      "no-md5": () => [
        "The server asks for digest algorithms that this client does not have: it knows MD5 alone.",
        "Have the server offer MD5 as well, beside the others; over TLS that is no loss.",
      ],
      "no-qop": () => [
        "The server offers MD5 without qop, which proves little; this client does not answer that.",
        'Switch qop “auth” on (Kamailio: modparam("auth", "qop", "auth")).',
      ],
    },
    detail: offeredIn,
  },
  register: {
    name: "Registration",
    good: "This account can be reached at this device.",
    why: {
      silent: () => [
        "The server does not answer REGISTER.",
        "See in its log whether it arrives, and whether it is sent on to a registrar that is not there.",
      ],
      nonsense: () => [
        "What the server says on this connection can’t be read as SIP.",
        "See that the URL is the one of the SIP server, and that what listens there speaks SIP over WebSocket (RFC 7118).",
      ],
      lost: () => [
        "The server closes the connection at REGISTER.",
        "See in its log what it does not like; a limit on connections or on message size is the usual reason.",
      ],
      password: ({ status }) => [
        "The password is wrong, or this user does not exist.",
        status === 403
          ? "Correct user or password. If both are right, the account may not register from here."
          : "Correct user or password. If both are right, the realm of the stored passwords is another than the one the server asks in.",
      ],
      forbidden: () => [
        "The server does not even ask for a password: it does not let this user register here.",
        "See whether the account may register, from here and over WebSocket, and whether the domain is one the server serves.",
      ],
      nobody: () => [
        "The server does not know this user.",
        "Correct the address, or create the account; the domain after the @ must be one the server serves.",
      ],
      busy: () => [
        "The server is not taking registrations just now.",
        "Wait and check again: after wrong passwords some servers pause for a while, and some take only so many devices of one user.",
      ],
      refused: ({ status }) => [
        `The server answers REGISTER with ${status ?? "nothing"}.`,
        "See in its log why.",
      ],
      "not-kept": () => [
        "The server says yes to REGISTER and does not list this device afterwards, so nobody could reach it.",
        "See that the registrar stores Contacts whose host ends in .invalid, as browsers have (RFC 7118 §5), and lists them in its answer.",
      ],
    },
    detail: (seen) => {
      const { status, reason, isLost, isNonsense, isKept, rewritten, seconds, hasGruu, otherDevices } = seen;
      if (isNonsense && status === null) return "No SIP";
      if (status === null || status >= 300 || !isKept) return answered(status, reason, isLost);
      return [
        `${status}, ${seconds === null ? "for a time not said" : `for ${seconds} s`}`,
        hasGruu ? "with a GRUU" : "without a GRUU",
        ...(rewritten === null ? [] : [`Contact rewritten to ${rewritten}`]),
        ...(otherDevices === 0 ? [] : [`${otherDevices} more ${otherDevices === 1 ? "device" : "devices"}`]),
      ].join(", ");
    },
  },
  factory: {
    name: "Conference factory",
    good: "There is somebody who makes groups.",
    why: {
      none: () => [
        "No conference factory is set, so no group can be started.",
        "Run the Controlling Function (npm run focus) as a user of this server, and set its address as the factory.",
      ],
      missing: ({ factory, status }) => [
        `Nobody is at ${factory ?? ""} (${status ?? ""}), so no group can be started.`,
        "Correct the address of the factory, or create its account and run npm run focus with it.",
      ],
      absent: ({ status }) => [
        `The factory’s account exists, and nobody is signed in to it (${status ?? ""}).`,
        "Start the Controlling Function (npm run focus), and see in what it writes whether it is registered.",
      ],
      unclear: ({ status }) => [
        `The answer is ${status ?? ""}, so it can’t be told whether somebody makes groups there.`,
        "See in the server’s log where it sends OPTIONS for that address, and who answers.",
      ],
      refused: ({ status }) => [
        `The server does not let this user ask the factory (${status ?? ""}).`,
        "Allow users of this domain to send requests to it.",
      ],
      silent: () => [
        "The factory does not answer.",
        "See that the Controlling Function runs, and that the server sends OPTIONS on to it.",
      ],
      "no-focus": () => [
        "Somebody answers there who does not say that they make conferences (“isfocus” in Contact, RFC 4579).",
        "See that the address is the factory’s, and that the server keeps parameters of Contact.",
      ],
      "no-lists": () => [
        "A focus is there that does not take a list of people with the invitation (“recipient-list-invite” in Supported, RFC 5366).",
        "Use one that does, such as npm run focus.",
      ],
    },
    detail: ({ factory, status, reason, isLost, isFocus, takesLists }) =>
      factory === null
        ? "None set"
        : `${factory}: ${answered(status, reason, isLost)}${isFocus ? ", isfocus" : ""}${takesLists ? ", recipient-list-invite" : ""}`,
  },
  unchanged: {
    name: "Nothing is changed on the way",
    good: "Headers that the server does not know and bodies of several parts pass as they are.",
    why: {
      "not-back": ({ method }) => [
        `${method === "INVITE" ? "An INVITE to this very device" : "A request to one’s own address"} does not come back.`,
        "See in the server’s log where it sends requests for this user. A GRUU from the registrar (RFC 5627) makes it sure.",
      ],
      replaces: () => [
        "A request with Replaces does not pass, one without does: a back-to-back user agent stands between and answers it itself.",
        'Set "behindB2bua": true for this server in config.json; invitations then carry Session-Replaces alone.',
      ],
      headers: ({ missing, changed }) => [
        [
          ...(missing.length === 0 ? [] : [`The server takes out ${listed(missing)}.`]),
          ...(changed.length === 0 ? [] : [`The server changes ${listed(changed)}.`]),
          "The move from a private chat to a group hangs on these.",
        ].join(" "),
        "Have the server leave headers alone that it does not use (Kamailio: look for remove_hf and subst_hf).",
      ],
      body: () => [
        "The body that arrives is not the body that went, so invitations to groups are not understood.",
        "Have the server leave bodies alone: no rewriting of SDP, no taking apart of multipart/mixed.",
      ],
    },
    detail: ({ method, status, isLost, arrived, missing, changed, isBodySame, bytes }) =>
      arrived
        ? [
            `${method} of ${kilobytes(bytes)} came back`,
            ...(missing.length === 0 ? [] : [`without ${listed(missing)}`]),
            ...(changed.length === 0 ? [] : [`with another ${listed(changed)}`]),
            isBodySame ? "body the same byte by byte" : "another body",
          ].join(", ")
        : `${method}: ${answered(status, "", isLost)}`,
  },
  identity: {
    name: "Who a request comes from",
    good: "The server says who sends a request, and lets nobody pretend to be somebody else.",
    why: {
      nobody: () => [
        "The server does not say who sends a request (P-Asserted-Identity, RFC 3325). The factory refuses who is not vouched for, and nobody moves from a private chat to a group by themselves.",
        "Have the server put P-Asserted-Identity into requests of who is signed in, and the focus’s own among them (Kamailio here: route CLAIMS in sip.cfg).",
      ],
      another: ({ asserted }) => [
        `The server says that the sender is ${asserted ?? "nobody"}.`,
        "Have P-Asserted-Identity name the address that is signed in.",
      ],
      claims: ({ claims }) => [
        `Anybody may say to be somebody else: ${listed(claims ?? [])} of a user passes.`,
        "Have the server take out what users say of identity, before it puts in what it knows (Kamailio here: route CLAIMS in sip.cfg).",
      ],
    },
    detail: ({ method, asserted, claims }) =>
      [
        `${method} from ${asserted ?? "nobody in particular"}`,
        claims === null
          ? "a false claim is refused"
          : claims.length === 0
            ? "a false claim is taken out"
            : "a false claim passes",
      ].join(", "),
  },
  size: {
    name: "Room for invitations",
    good: "An invitation of many people at once passes.",
    why: {
      small: ({ largest, people, room, peopleBytes, refused }) => [
        largest === 0
          ? "Not even an invitation of nobody passes in the end."
          : `At most ${room} people can be added at once: a list of ${people} takes ${kilobytes(peopleBytes)}, and ${kilobytes(largest)} pass.`,
        refused?.by === 513
          ? "Raise the server’s limit for one SIP message."
          : "Raise what it takes in one WebSocket message (Kamailio: tcp_rd_buf_size=65536).",
      ],
    },
    detail: ({ method, largest, refused, room }) =>
      `${method} of ${kilobytes(largest)} passes: ${room} people at once${
        refused === null ? "" : `; ${kilobytes(refused.bytes)} does not (${refusedBy(refused.by)})`
      }`,
  },
};
