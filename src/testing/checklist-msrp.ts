/**
 * MSRP, MWS, RELAY and SEC-7: the relay and what is behind it, over raw WebSockets (RFC 4975, 4976, 7977).
 */
import type { MsrpRequest } from "../wire/msrp.ts";
import { freshId } from "../server/system.ts";
import type { Ground } from "./checklist-ground.ts";
import { sharedGroup } from "./checklist-orders.ts";
import type { Row } from "./checklist-row.ts";
import { handshake } from "./checklist-sip.ts";
import type { RawRelayClient } from "./raw-relay-client.ts";

const own = (): string => `msrp://${freshId().slice(0, 12)}.invalid:2855/${freshId()};ws`;

async function pathOf(
  client: RawRelayClient,
  user: string,
): Promise<{ readonly via: string; readonly own: string }> {
  const mine = own();
  return { via: String(await client.auth(user, mine)), own: mine };
}

/** Two who have authenticated, and the way from one to the other. */
export async function pair(at: Ground): Promise<{
  readonly one: RawRelayClient;
  readonly other: RawRelayClient;
  readonly frame: (more?: Partial<MsrpRequest>) => MsrpRequest;
}> {
  const [a, b] = await Promise.all([at.member(), at.member()]);
  const [from, to] = [await pathOf(a.relay, a.user), await pathOf(b.relay, b.user)];
  return {
    one: a.relay,
    other: b.relay,
    frame: (more = {}) =>
      a.relay.frame([from.via, to.via, to.own], "hello", { fromPath: [from.own], ...more }),
  };
}

export const statusOf = async (client: RawRelayClient, frame: MsrpRequest): Promise<string> => {
  client.send(frame);
  const answer = await client.answerTo(frame);
  return answer === null ? `closed ${await client.closed}` : String(answer.status);
};

/** The status of a frame, where a later one is answered and so must have been this one. */
async function answersOf(client: RawRelayClient, silent: MsrpRequest, loud: MsrpRequest): Promise<string> {
  let isAnswered = false;
  const hear = (data: Buffer): void => {
    if (data.toString("latin1").startsWith(`MSRP ${silent.tid} `)) isAnswered = true;
  };
  client.socket.on("message", hear);
  client.send(silent);
  const status = await statusOf(client, loud);
  client.socket.off("message", hear);
  return `${isAnswered ? "answered" : "no answer"}, then ${status}`;
}

const bytes = async (at: Ground, send: (client: RawRelayClient) => void): Promise<string> => {
  const { one } = await pair(at);
  send(one);
  return `closed ${await one.closed}`;
};

export const msrpRows: readonly Row[] = [
  {
    id: "MSRP-1",
    what: "a frame whose end-line is another's",
    expected: "closed 1002",
    see: (at) =>
      bytes(at, (one) => one.socket.send("MSRP abcd SEND\r\nTo-Path: msrp://x:1/y;tcp\r\n-------efgh$\r\n")),
  },
  {
    id: "MSRP-2",
    what: "a body without Content-Type",
    expected: "closed 1002",
    see: async (at) => {
      const { one, frame } = await pair(at);
      const { tid, toPath, fromPath } = frame();
      one.socket.send(
        `MSRP ${tid} SEND\r\nTo-Path: ${toPath.join(" ")}\r\nFrom-Path: ${fromPath[0]}\r\nMessage-ID: x\r\n\r\nhello\r\n-------${tid}$\r\n`,
      );
      return `closed ${await one.closed}`;
    },
  },
  {
    id: "MSRP-3",
    what: "a SEND without Message-ID",
    expected: "400",
    see: async (at) => {
      const { one, frame } = await pair(at);
      return statusOf(one, frame({ headers: [["Byte-Range", "1-5/5"]] }));
    },
  },
  {
    id: "MSRP-5",
    what: "Failure-Report: no, and partial, want no 200",
    expected: "no answer, then 200; no answer, then 200",
    see: async (at) => {
      const { one, frame } = await pair(at);
      const want = (value: string): MsrpRequest => {
        const plain = frame();
        return { ...plain, headers: [...plain.headers, ["Failure-Report", value]] };
      };
      return [await answersOf(one, want("no"), frame()), await answersOf(one, want("partial"), frame())].join(
        "; ",
      );
    },
  },
  {
    id: "MSRP-7",
    what: "a session that is not there; a method that is none",
    expected: "481; 501",
    see: async (at) => {
      const { one, frame } = await pair(at);
      const [first = "", second = ""] = frame().toPath;
      const lost = await statusOf(one, frame({ toPath: [first, second, own()] }));
      return `${lost}; ${await statusOf(one, frame({ method: "DANCE" }))}`;
    },
  },
  {
    id: "MSRP-8",
    what: "a REPORT is never answered, not even one that goes nowhere",
    expected: "no answer, then 200",
    see: async (at) => {
      const { one, frame } = await pair(at);
      const report = frame({ method: "REPORT", contentType: null, body: null });
      return answersOf(one, { ...report, headers: [...report.headers, ["Status", "000 200"]] }, frame());
    },
  },
  {
    id: "MWS-1",
    what: "subprotocol msrp, and another one",
    expected: "101 msrp; 426",
    see: async (at) => `${await handshake(at, "/msrp", ["msrp"])}; ${await handshake(at, "/msrp", ["sip"])}`,
  },
  {
    id: "MWS-2",
    what: "a frame as text, and two frames in one message",
    expected: "200; closed 1002",
    see: async (at) => {
      const { one, other, frame } = await pair(at);
      const text = (request: MsrpRequest): string =>
        `MSRP ${request.tid} SEND\r\nTo-Path: ${request.toPath.join(" ")}\r\nFrom-Path: ${request.fromPath[0]}\r\nMessage-ID: ${freshId()}\r\nByte-Range: 1-5/5\r\nContent-Type: text/plain\r\n\r\nhello\r\n-------${request.tid}$\r\n`;
      const first = frame();
      one.socket.send(text(first));
      const answer = await one.answerTo(first);
      await other.next();
      one.socket.send(text(frame()) + text(frame()));
      return `${answer?.status}; closed ${await one.closed}`;
    },
  },
  {
    id: "MWS-6",
    what: "a SEND without a body, to keep a session alive",
    expected: "200",
    see: async (at) => {
      const { one, frame } = await pair(at);
      return statusOf(one, frame({ contentType: null, body: null }));
    },
  },
  {
    id: "MWS-7",
    what: "the page of another site",
    expected: "403",
    see: (at) => handshake(at, "/msrp", ["msrp"], { Origin: "https://evil.example" }),
  },
  {
    id: "RELAY-1",
    what: "AUTH without credentials; anything else before AUTH",
    expected: "401; 403, closed 1008",
    see: async (at) => {
      const client = await at.relay();
      const empty = { method: "AUTH", headers: [], contentType: null, body: null };
      const first = await statusOf(
        client,
        client.frame([`msrp://relay.segue.example:${at.box.port};ws`], "", empty),
      );
      const stranger = await at.relay();
      const second = await statusOf(stranger, stranger.frame([own()], "x"));
      return `${first}; ${second}, closed ${await stranger.closed}`;
    },
  },
  {
    id: "RELAY-2",
    what: "AUTH with a wrong password",
    expected: "401",
    see: async (at) => String(await (await at.relay()).auth("wrong")),
  },
  {
    id: "RELAY-3",
    what: "a path has 128 random bits and dies with its connection",
    expected: "32 hex digits, 481 afterwards",
    see: async (at) => {
      const [a, b] = await Promise.all([at.member(), at.member()]);
      const [mine, theirs] = [await pathOf(a.relay, a.user), await pathOf(b.relay, b.user)];
      b.relay.close();
      await b.relay.closed;
      let status = "200";
      // The other side may hear of it a moment later.
      for (let n = 0; n < 50 && status === "200"; n += 1)
        status = await statusOf(
          a.relay,
          a.relay.frame([mine.via, theirs.via, theirs.own], "x", { fromPath: [mine.own] }),
        );
      const isRandom = /\/[0-9a-f]{32};tcp$/.test(mine.via);
      return `${isRandom ? "32 hex digits" : mine.via}, ${status} afterwards`;
    },
  },
  {
    id: "RELAY-4",
    what: "a path that this relay has not given out",
    expected: "481",
    see: async (at) => {
      const { one, frame } = await pair(at);
      return statusOf(one, frame({ toPath: ["msrp://other.example:2855/x;tcp", own()] }));
    },
  },
  {
    id: "RELAY-5",
    what: "what the next hop refuses is reported to who sent it",
    expected: "000 415",
    see: async (at) => {
      const { one, other, frame } = await pair(at);
      const sent = frame();
      one.send(sent);
      await one.answerTo(sent);
      const arrived = new Promise<string>((resolve) =>
        other.socket.once("message", (data: Buffer) => resolve(data.toString("latin1"))),
      );
      const second = frame();
      one.send(second);
      const text = await arrived;
      const tid = /^MSRP ([^ ]+) /.exec(text)?.[1] ?? "";
      const from = /^From-Path: ([^ \r]+)/m.exec(text)?.[1] ?? "";
      other.send({
        kind: "response",
        tid,
        status: 415,
        comment: "",
        toPath: [from],
        fromPath: [other.own],
        headers: [],
      });
      const report = await one.next();
      return report.headers.find(([name]) => name === "Status")?.[1] ?? report.method;
    },
  },
  {
    id: "SEC-7",
    what: "speaking on the path of another connection",
    expected: "506",
    see: async (at) => {
      const { frame } = await pair(at);
      const thief = await at.member();
      await pathOf(thief.relay, thief.user);
      return statusOf(thief.relay, frame());
    },
  },
  {
    id: "SEC-7",
    what: "into a group's session by somebody who knows its path and is no member",
    expected: "200, nobody reads it",
    see: async (at) => {
      const { hostSession, guest } = await sharedGroup(at);
      const thief = await at.member();
      const mine = await pathOf(thief.relay, thief.user);
      const stolen = hostSession.cpim("stolen");
      const status = await statusOf(thief.relay, {
        ...stolen,
        toPath: [mine.via, ...stolen.toPath.slice(1)],
        fromPath: [mine.own],
      });
      // What the host says next is the next thing the guest reads.
      const text = `after ${freshId()}`;
      await hostSession.say(hostSession.cpim(text));
      const next = await guest.relay.next();
      const read = Buffer.from(next.body ?? []).toString("utf8");
      return `${status}, ${read.includes(text) ? "nobody reads it" : "somebody reads it"}`;
    },
  },
  {
    id: "SEC-7",
    what: "a frame of more bytes than a chunk may have",
    expected: "closed 1009",
    see: (at) => bytes(at, (one) => one.socket.send("x".repeat(100_000))),
  },
];
