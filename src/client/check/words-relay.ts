/** What is said of the message relay: the path it gives, and what goes through it. */
import { type Words, answered, kilobytes, offeredIn, refusedBy } from "./words-kit.ts";

export const relayWords: { readonly [Id in "auth" | "loop"]: Words<Id> } = {
  auth: {
    name: "A path through the relay",
    good: "The relay takes this account and gives a path that others can use.",
    why: {
      silent: () => [
        "The relay does not answer AUTH.",
        "See that what is there is an MSRP relay (RFC 4976) and not an endpoint.",
      ],
      lost: () => ["The relay closes the connection at AUTH.", "See in its log what it does not like."],
      password: () => [
        "The relay does not take this user with this password.",
        "If the SIP server takes it, give both the same accounts, in the same realm.",
      ],
      refused: ({ status }) => [
        `The relay answers AUTH with ${status ?? "nothing"}.`,
        "See in its log why; 501 says that it is no relay.",
      ],
      "no-md5": () => [
        "The relay asks for a digest that this client does not have: it knows MD5 with qop “auth” (RFC 4976 §9.1).",
        "Have the relay offer that.",
      ],
      "no-path": () => [
        "The relay says yes and gives no path that can be used: Use-Path needs a host, a port and a session.",
        "Correct what the relay puts into Use-Path.",
      ],
      scheme: ({ isTls }) => [
        isTls
          ? "The path begins with msrp://, and the connection has TLS: others would go to it without."
          : "The path begins with msrps://, and this connection has no TLS: others would go to it with.",
        `${isTls ? "Have" : "Where a web server in front has TLS, check the wss:// URL that browsers use. Else have"} Use-Path say ${isTls ? "msrps" : "msrp"}://, and the host and port at which the relay is reached from outside (Kamailio here: SEGUE_SCHEME, SEGUE_HOST and SEGUE_PORT in local.cfg).`,
      ],
    },
    detail: ({ status, comment, isLost, usePath, offered }) =>
      status === 200
        ? (usePath ?? "No Use-Path")
        : `${answered(status, comment, isLost)}; ${offeredIn({ offered })}`,
  },
  loop: {
    name: "A message through the relay",
    good: "Texts arrive whole, and the sender hears of it.",
    why: {
      refused: ({ by, chunkBytes }) => [
        `The relay refuses a chunk of ${kilobytes(chunkBytes)}: ${by ?? ""}.`,
        "Have the relay take larger frames, or set chunkBytes under timers in config.json to what it takes. 403 or 481: it does not send between two paths of its own.",
      ],
      closed: () => [
        "The relay closes the connection in the middle of a message.",
        "Raise what it takes in one WebSocket message (Kamailio: tcp_rd_buf_size), or set chunkBytes under timers in config.json to less.",
      ],
      "no-report": () => [
        "The message arrives, and its report does not come back, so every text would be shown as not sent.",
        "Have the relay pass REPORT on, along the whole path.",
      ],
      altered: () => [
        "The bytes that arrive are not the bytes that went.",
        "See that the relay sends what is no UTF-8 as binary, and changes nothing in bodies.",
      ],
      "not-there": () => [
        "The relay takes the message, and it does not arrive at the other path of the same person.",
        "See that Use-Path names the host and port at which the relay reaches itself, and that it sends between two paths of its own.",
      ],
    },
    detail: ({ bytes, chunks, ms, arrived, isReported, by, largest, refused }) => {
      const limit =
        refused === null
          ? largest === 0
            ? ""
            : `; chunks of ${kilobytes(largest)} pass too`
          : `; one chunk of ${kilobytes(largest)} passes, ${kilobytes(refused.bytes)} does not (${refusedBy(refused.by)})`;
      if (arrived === "whole" && isReported)
        return `${kilobytes(bytes)} in ${chunks} chunks and ${ms} ms${limit}`;
      const what = by === null ? `it arrived ${arrived}` : refusedBy(by);
      return `${what}${limit}`;
    },
  },
};
