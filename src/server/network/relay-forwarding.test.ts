/** What the relay carries from one end to the other, and what it tells the sender of it. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  authFrame,
  fresh,
  relayGround,
  reports,
  send,
  settle,
  statusOf,
  type RelayGround,
  type RelayEnd,
} from "../../testing/relay-peers.ts";
import { parseChallenge } from "../../wire/digest.ts";
import {
  formatFrame,
  headerOf,
  parseFrame,
  type MsrpFrame,
  type MsrpRequest,
  type MsrpResponse,
} from "../../wire/msrp.ts";
import { encodeUtf8 } from "../../wire/utf8.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { networkLimits } from "./limits.ts";
import { createForwarding, type RelayConnection } from "./relay-forwarding.ts";
import { createRelayPaths } from "./relay-paths.ts";

let ground: RelayGround;
beforeEach(() => {
  ground = relayGround();
});

describe("forwarding", () => {
  it("carries a SEND through both ends of itself (RFC 7977 §8.3.2)", async () => {
    const [a, b] = await ground.pair();
    const frame = send(a, b, {}, [["X-Unknown", "kept"]]);
    const got = await a.peer.say(frame);
    expect(got).toEqual([{ ...answer(frame, 200), comment: "OK", toPath: [a.own], fromPath: [a.via] }]);
    const [, arrived] = b.peer.got.slice(-2);
    expect(arrived).toMatchObject({
      method: "SEND",
      toPath: [b.own],
      fromPath: [b.via, a.via, a.own],
      body: frame.body,
    });
    expect(arrived?.tid).not.toBe(frame.tid);
    expect(headerOf(arrived as MsrpRequest, "X-Unknown")).toBe("kept");
  });

  it("carries a REPORT back the whole way and never answers it", async () => {
    const [a, b] = await ground.pair();
    await a.peer.say(send(a, b));
    const arrived = b.peer.got.at(-1) as MsrpRequest;
    const report: MsrpRequest = {
      ...arrived,
      tid: fresh(),
      method: "REPORT",
      toPath: arrived.fromPath,
      fromPath: [b.own],
      headers: [
        ["Message-ID", "m1"],
        ["Byte-Range", "1-5/5"],
        ["Status", "000 200 OK"],
      ],
      contentType: null,
      body: null,
    };
    expect(await b.peer.say(report)).toEqual([]);
    expect(a.peer.got.at(-1)).toMatchObject({
      method: "REPORT",
      toPath: [a.own],
      fromPath: [a.via, b.via, b.own],
    });
    expect(await b.peer.say({ ...report, toPath: [b.via, "msrp://localhost:5080/gone;tcp", a.own] })).toEqual(
      [],
    );
  });

  it("lets others in on a URI without a path of their own in between", async () => {
    const [a, b] = await ground.pair();
    expect(statusOf(await a.peer.say(send(a, b, { toPath: [b.via, b.own] })))).toEqual([200]);
    expect(b.peer.got.at(-1)).toMatchObject({ fromPath: [b.via, a.own] });
  });

  it("answers and reports as Failure-Report asks", async () => {
    const [a, b] = await ground.pair();
    const outcome = async (value: string): Promise<readonly [readonly number[], readonly string[]]> => {
      const got = await a.peer.say(send(a, b, {}, [["Failure-Report", value]]));
      const before = a.peer.got.length;
      await b.peer.say(answer(b.peer.got.at(-1), 413));
      return [statusOf(got), reports(a.peer.got.slice(before))];
    };
    expect(await outcome("yes")).toEqual([[200], ["000 413"]]);
    expect(await outcome("partial")).toEqual([[], ["000 413"]]);
    expect(await outcome("no")).toEqual([[], []]);
  });

  it("addresses the REPORT of a failure to the sender of that very chunk", async () => {
    const [a, b] = await ground.pair();
    await a.peer.say(send(a, b, { body: encodeUtf8("lo") }, []));
    await a.peer.say({
      ...send(a, b, { body: encodeUtf8("lo") }),
      headers: [
        ["Message-ID", "m2"],
        ["Byte-Range", "4-*/9"],
      ],
    });
    await b.peer.say(answer(b.peer.got.at(-1), 415));
    const report = a.peer.got.at(-1) as MsrpRequest;
    expect(report).toMatchObject({ method: "REPORT", toPath: [a.own], fromPath: [a.via, b.via], body: null });
    expect(report.headers).toEqual([
      ["Message-ID", "m2"],
      ["Byte-Range", "4-5/9"],
      ["Status", "000 415"],
    ]);
  });

  it("reports 408 when the next hop does not answer in 30 s, once, and not after its 200", async () => {
    const [a, b] = await ground.pair();
    await a.peer.say(send(a, b));
    await a.peer.say(send(a, b));
    await b.peer.say(answer(b.peer.got.at(-1), 200));
    await a.peer.say(send(a, b, {}, [["Failure-Report", "partial"]]));
    ground.clock.advance(29_999);
    await settle();
    expect(reports(a.peer.got)).toEqual([]);
    ground.clock.advance(1);
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 408"]);
    await b.peer.say(answer(b.peer.got.at(-3), 200));
    ground.clock.advance(60_000);
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 408"]);
  });

  it("481 at once when the session is gone, and for what was on its way", async () => {
    const [a, b] = await ground.pair();
    await a.peer.say(send(a, b));
    b.peer.socket.close(1000, "");
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 481"]);
    expect(statusOf(await a.peer.say(send(a, b)))).toEqual([481]);
  });

  it("forgets a path when it expires", async () => {
    const [a, b] = await ground.pair();
    ground.clock.advance(900_000);
    expect(statusOf(await a.peer.say(send(a, b)))).toEqual([403]);
  });
});

describe("a reader that lags", () => {
  type Slow = {
    readonly end: RelayEnd;
    readonly socket: FrameSocket;
    /** What each frame that has not left waits for. */
    readonly dones: (() => void)[];
    readonly got: MsrpFrame[];
    readonly closed: number[];
    readonly wait: { bytes: number };
    readonly speak: (frame: MsrpFrame) => void;
  };

  /** Bob's socket takes nothing: one of our own making stands for it. */
  function slowBob(): Slow {
    const wait = { bytes: 0 };
    const dones: (() => void)[] = [];
    const got: MsrpFrame[] = [];
    const closed: number[] = [];
    const socket: FrameSocket = {
      send: (frame, done) => {
        wait.bytes += frame.length;
        dones.push(() => {
          wait.bytes -= frame.length;
          done?.();
        });
        got.push(parseFrame(frame));
      },
      get bufferedBytes() {
        return wait.bytes;
      },
      close: (code) => void closed.push(code),
      onFrame: null,
      onClose: null,
    };
    ground.relay.accept(socket);
    const bob = ground.peer("bob");
    const speak = (frame: MsrpFrame): void => socket.onFrame?.(formatFrame(frame));
    const own = `msrp://bob.invalid:2855/${fresh()};ws`;
    speak(authFrame(own, []));
    bob.nonce = parseChallenge(headerOf(got.at(-1) as MsrpResponse, "WWW-Authenticate") ?? "").nonce;
    speak(authFrame(own, [bob.credentials()]));
    const end: RelayEnd = { own, via: headerOf(got.at(-1) as MsrpResponse, "Use-Path") ?? "", peer: bob };
    for (const done of dones.splice(0)) done();
    return { end, socket, dones, got, closed, wait, speak };
  }

  it("has its senders wait for their 200, and nobody else", async () => {
    const alice = await ground.peer("alice").path();
    const carol = await ground.peer("carol").path();
    const { end, socket, dones } = slowBob();
    const body = new Uint8Array(60_000);
    const sent: readonly number[][] = [
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
    ];
    expect(sent).toEqual([[200], [200], []]);
    expect(statusOf(await alice.peer.say(send(alice, carol)))).toEqual([200]);
    const before = alice.peer.got.length;
    dones.shift()?.();
    await settle();
    expect(statusOf(alice.peer.got.slice(before))).toEqual([200]);
    await alice.peer.say(send(alice, end, { body }));
    socket.onClose?.();
    await settle();
    expect(statusOf(alice.peer.got).at(-1)).toBe(481);
  });

  it("gets nothing more when too much waits for it, REPORTs neither", async () => {
    const alice = await ground.peer("alice").path();
    const { end, got, wait } = slowBob();
    wait.bytes = networkLimits.relay.readerBytes + 1;
    const before = got.length;
    expect(statusOf(await alice.peer.say(send(alice, end)))).toEqual([408]);
    await alice.peer.say(send(alice, end, { method: "REPORT" }));
    expect(got.length).toBe(before);
    expect(ground.relay.refused.get("reader too slow")).toBe(2);
  });

  it("is closed when it goes on asking and takes no answers", () => {
    const { end, closed, wait, speak } = slowBob();
    wait.bytes = networkLimits.relay.readerBytes + 1;
    speak(send(end, { ...end, via: "msrp://localhost:5080/none;tcp" }));
    expect(closed).toEqual([]);
    wait.bytes = 2 * networkLimits.relay.readerBytes + 1;
    speak(send(end, { ...end, via: "msrp://localhost:5080/none;tcp" }));
    expect(closed).toEqual([1008]);
    expect(ground.relay.refused.get("takes no answers")).toBe(1);
  });
});

it("keeps none of the bytes that somebody has yet to answer for", () => {
  const paths = createRelayPaths<RelayConnection>({ host: "localhost", port: 5080, tls: false }, fresh);
  const end = (user: string): { connection: RelayConnection; own: string; via: string } => {
    const connection: RelayConnection = {
      send: () => {},
      bufferedBytes: () => 0,
      pending: new Map(),
      withheld: [],
      underWay: { bytes: 0, most: Infinity },
      leaving: new Set(),
    };
    const own = `msrp://${user}.invalid:2855/${fresh()};ws`;
    return { connection, own, via: paths.issue(connection, own, 1_000).uri };
  };
  const [a, b] = [end("alice"), end("bob")];
  const forwarding = createForwarding({
    paths,
    clock: ground.clock,
    freshId: fresh,
    answerMs: 1_000,
    withheldBytes: 1_000,
    readerBytes: 1_000,
    count: () => {},
  });
  const peer = ground.peer("alice");
  forwarding.forward(a.connection, send({ ...a, peer }, { ...b, peer }));
  expect([...b.connection.pending.values()].map(({ frame, bodyBytes }) => [frame.body, bodyBytes])).toEqual([
    [null, 5],
  ]);
});
