/**
 * What a relay does with SEND, REPORT and the answers to them (RFC 4976 §6.4).
 *
 * The 200 of this hop means "we have it": it is given at once, unless the receiving socket is backed up; then it
 * waits until that has drained, so that the sender's window closes and nobody else on the socket is held up
 * (decision 24). A later failure is told by REPORT, as Failure-Report asks. One sender may have so many bytes under
 * way and no more (413): what others send to the same reader must still find room.
 */
import type { Clock } from "../../flow/clock.ts";
import {
  clearTid,
  headerOf,
  type MsrpFrame,
  type MsrpHeader,
  type MsrpRequest,
  type MsrpResponse,
} from "../../wire/msrp.ts";
import { formatByteRange, parseByteRange, sessionIdOf } from "../../wire/msrp-uri.ts";
import type { RelayPath, RelayPaths } from "./relay-paths.ts";

export type RelayConnection = {
  readonly send: (frame: MsrpFrame, done?: () => void) => void;
  readonly bufferedBytes: () => number;
  /** SENDs on their way to this connection, by the transaction id they carry there. */
  readonly pending: Map<string, Pending>;
  /** What this connection has sent and nobody has taken yet. */
  readonly underWay: { bytes: number; most: number };
  /** Each takes off its sender what is on its way to this connection. */
  readonly leaving: Set<() => void>;
  /** Answers that wait until this connection has read more. */
  readonly withheld: ((status: 200 | 481) => void)[];
};

type Pending = {
  readonly origin: RelayConnection;
  /** Without what it carried, which would be kept for as long as nobody answers. */
  readonly frame: MsrpRequest;
  readonly bodyBytes: number;
  /** From-Path as forwarded: our own URIs, then the sender's. */
  readonly fromPath: readonly string[];
  readonly cancel: () => void;
  /** Another one taken, or given up. */
  readonly taken: () => void;
};

export interface Forwarding {
  forward(from: RelayConnection, frame: MsrpRequest): void;
  answered(by: RelayConnection, frame: MsrpResponse): void;
  respond(to: RelayConnection, frame: MsrpRequest, status: number, headers?: readonly MsrpHeader[]): void;
  /** The connection is closed: what was on its way there will not arrive. */
  gone(connection: RelayConnection): void;
}

export type ForwardingOptions = {
  readonly paths: RelayPaths<RelayConnection>;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly answerMs: number;
  /** Above this a reader counts as backed up. */
  readonly withheldBytes: number;
  /** Above this a reader gets nothing more. */
  readonly readerBytes: number;
  readonly count: (reason: string) => void;
};

/** What a frame takes beside its body, roughly. */
const frameBytes = 512;

type Route = {
  readonly to: RelayConnection;
  readonly toPath: readonly string[];
  readonly fromPath: readonly string[];
};

export function createForwarding(options: ForwardingOptions): Forwarding {
  const { paths, clock, freshId, answerMs, withheldBytes, readerBytes, count } = options;

  function respond(
    to: RelayConnection,
    frame: MsrpRequest,
    status: number,
    headers: readonly MsrpHeader[] = [],
  ): void {
    const wanted = failureReport(frame);
    if (frame.method === "REPORT" || wanted === "no" || (wanted === "partial" && status === 200)) return;
    to.send({
      kind: "response",
      tid: frame.tid,
      status,
      comment: status === 200 ? "OK" : status === 401 ? "Unauthorized" : "",
      // To a SEND only the previous hop is answered, to anything else the whole way back; here these are the same.
      toPath: frame.fromPath.slice(0, 1),
      fromPath: frame.toPath.slice(0, 1),
      headers,
    });
  }

  /** Where a frame goes, or the status that says why it goes nowhere. */
  function route(from: RelayConnection, frame: MsrpRequest): Route | 403 | 481 | 506 {
    const now = clock.now();
    const [sender] = frame.fromPath;
    // Only endpoints connect here, so a path of several hops is made up.
    if (sender === undefined || frame.fromPath.length !== 1) return 403;
    const speaker = paths.ofOwn(sender, now);
    if (speaker === null) return 403;
    if (speaker.owner !== from) return 506;

    const first = paths.find(frame.toPath[0], now);
    if (first === null) return 481;
    if (first.owner !== from) return inward(first, frame.toPath, [sender]);
    // Out: only on the URI that goes with the one it speaks as, then in again to whoever is next.
    if (sessionIdOf(first.own) !== sessionIdOf(sender)) return 403;
    const second = paths.find(frame.toPath[1], now);
    return second === null ? 481 : inward(second, frame.toPath.slice(1), [first.uri, sender]);
  }

  function inward(
    path: RelayPath<RelayConnection>,
    toPath: readonly string[],
    fromPath: readonly string[],
  ): Route | 481 {
    const rest = toPath.slice(1);
    if (rest.length !== 1 || sessionIdOf(rest[0]) !== sessionIdOf(path.own)) return 481;
    return { to: path.owner, toPath: rest, fromPath: [path.uri, ...fromPath] };
  }

  function forward(from: RelayConnection, frame: MsrpRequest): void {
    const way = route(from, frame);
    if (typeof way === "number") {
      count(`${frame.method} ${way}`);
      respond(from, frame, way);
      return;
    }
    const { to, toPath, fromPath } = way;
    const tid = clearTid(freshId().slice(0, 32), frame.body);
    const forwarded: MsrpRequest = { ...frame, tid, toPath, fromPath };
    if (frame.method === "SEND" && headerOf(frame, "Message-ID") === null) {
      count("SEND 400");
      respond(from, frame, 400);
      return;
    }
    if (to.bufferedBytes() > readerBytes) {
      count("reader too slow");
      respond(from, frame, 408);
      return;
    }
    if (frame.method === "REPORT") {
      to.send(forwarded);
      return;
    }
    const bodyBytes = frame.body?.length ?? 0;
    const sizeBytes = bodyBytes + frameBytes;
    if (from.underWay.bytes + sizeBytes > from.underWay.most) {
      count("too much under way");
      respond(from, frame, 413);
      return;
    }
    const taken = setOut(from, to, sizeBytes);
    const emptied: MsrpRequest = { ...frame, body: null };
    const isDue = failureReport(frame) === "yes";
    if (failureReport(frame) !== "no")
      watch(to, tid, { origin: from, frame: emptied, bodyBytes, fromPath, taken });
    to.send(forwarded, () => {
      if (!isDue) taken(); // no answer is due
      drain(to);
    });
    if (to.bufferedBytes() <= withheldBytes) respond(from, frame, 200);
    else to.withheld.push((status) => respond(from, emptied, status));
  }

  /** On its way, until what is given back is called. */
  function setOut(from: RelayConnection, to: RelayConnection, sizeBytes: number): () => void {
    const taken = (): void => {
      if (to.leaving.delete(taken)) from.underWay.bytes -= sizeBytes;
    };
    from.underWay.bytes += sizeBytes;
    to.leaving.add(taken);
    return taken;
  }

  /** Remembers who to tell when the next hop does not take it. */
  function watch(to: RelayConnection, tid: string, sent: Omit<Pending, "cancel">): void {
    const cancel = clock.after(answerMs, () => {
      const late = to.pending.get(tid);
      to.pending.delete(tid);
      sent.taken();
      // With `partial` no 200 is due, so silence is no failure (RFC 4976 §6.4.1).
      if (late !== undefined && failureReport(sent.frame) === "yes") report(late, 408);
    });
    to.pending.set(tid, { ...sent, cancel });
  }

  function drain(to: RelayConnection): void {
    while (to.withheld.length > 0 && to.bufferedBytes() <= withheldBytes) to.withheld.shift()?.(200);
  }

  function answered(by: RelayConnection, frame: MsrpResponse): void {
    const pending = by.pending.get(frame.tid);
    if (pending === undefined) return count("answer to nothing");
    by.pending.delete(frame.tid);
    pending.cancel();
    pending.taken();
    if (frame.status !== 200) report(pending, frame.status);
  }

  function report({ origin, frame, bodyBytes, fromPath }: Pending, status: number): void {
    const ours = fromPath.slice(0, -1).toReversed();
    origin.send({
      kind: "request",
      tid: freshId().slice(0, 32),
      method: "REPORT",
      toPath: fromPath.slice(-1),
      fromPath: ours,
      headers: [
        ["Message-ID", headerOf(frame, "Message-ID") ?? ""],
        ["Byte-Range", reportedRange(frame, bodyBytes)],
        ["Status", `000 ${status}`],
      ],
      contentType: null,
      body: null,
      continuation: "$",
    });
  }

  function gone(connection: RelayConnection): void {
    for (const pending of connection.pending.values()) {
      pending.cancel();
      report(pending, 481);
    }
    connection.pending.clear();
    for (const taken of connection.leaving) taken();
    for (const answer of connection.withheld.splice(0)) answer(481);
  }

  return { forward, answered, respond, gone };
}

const failureReport = (frame: MsrpRequest): "yes" | "no" | "partial" => {
  const value = headerOf(frame, "Failure-Report")?.toLowerCase();
  return value === "no" || value === "partial" ? value : "yes";
};

/** What was in the chunk, counted from its body (RFC 4975 §7.1.4). */
function reportedRange(frame: MsrpRequest, bodyBytes: number): string {
  try {
    const { start, total } = parseByteRange(headerOf(frame, "Byte-Range") ?? "1-*/*");
    return formatByteRange({ start, end: start + bodyBytes - 1, total });
  } catch {
    return "1-*/*";
  }
}
