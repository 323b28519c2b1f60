/**
 * The lines that need the MSRP relay: AUTH with its Use-Path, and a message to oneself over two paths of it
 * (RFC 4976 §5.1, RFC 7977). The link and its sessions are the client's own; what they write and read is watched.
 */
import type { Clock } from "../../flow/clock.ts";
import { readUsePath, type MsrpPath } from "../../flow/msrp-path.ts";
import { headerOf } from "../../wire/msrp.ts";
import { watch, type RelayOptions, type Watched } from "./relay-tap.ts";
import { digestSeen } from "./sip-lines.ts";
import type { AuthSeen, LoopSeen, Refused } from "./seen.ts";

export type RelayLinesOptions = RelayOptions & {
  /** Of one SEND, as the client is set. */
  readonly chunkBytes: number;
};

/** What the message holds, and content bytes of one SEND up to what a WebSocket message of 64 KB has room for. */
const loopBytes = 65_536;
const chunkRungs = [4, 8, 10, 12, 16, 32, 60].map((kilobytes) => kilobytes * 1_024);
const contentType = "application/octet-stream";

export interface RelayLines {
  /** False: no WebSocket. */
  open(): Promise<boolean>;
  authenticate(): Promise<AuthSeen>;
  loop(): Promise<LoopSeen>;
  stop(): void;
}

export function createRelayLines(options: RelayLinesOptions): RelayLines {
  const { url, clock, limitMs, chunkBytes } = options;
  const links: Watched[] = [];
  let first: Watched | null = null;
  const connect = (chunk: number): Watched => {
    const watched = watch(options, chunk);
    links.push(watched);
    watched.link.start();
    return watched;
  };

  /** Until `find` finds something, the link is lost, or time is up. */
  function until<T>(watched: Watched, find: () => T | null): Promise<T | null> {
    return new Promise((resolve) => {
      const stopTimer = clock.after(limitMs, () => end(null));
      const end = (found: T | null): void => {
        stopTimer();
        watched.changed = () => {};
        resolve(found);
      };
      const look = (): void => {
        const found = find();
        if (found !== null || watched.isLost) end(found);
      };
      watched.changed = look;
      look();
    });
  }

  /** Two paths of one link: that is where the message goes out, and where it comes in. */
  async function pathsOf(watched: Watched): Promise<readonly [MsrpPath, MsrpPath] | null> {
    const taken: MsrpPath[] = [];
    return until(watched, () => {
      while (taken.length < 2) {
        const path = watched.link.takePath();
        if (path === null) return null;
        taken.push(path);
      }
      const [out, back] = taken;
      return out === undefined || back === undefined ? null : [out, back];
    });
  }

  return {
    open: async () => {
      const watched = (first = connect(chunkBytes));
      return (await until(watched, () => watched.isOpen || null)) === true;
    },
    authenticate: async () => {
      const watched = first ?? connect(chunkBytes);
      const path = await until(watched, () => watched.link.takePath());
      watched.link.stop();
      return authSeen(watched, path, url.startsWith("wss:"));
    },
    loop: async () => {
      const usual = connect(chunkBytes);
      const seen = await sendToOneself(usual, await pathsOf(usual), pattern(loopBytes), clock, limitMs);
      usual.link.stop();
      const sends = [...usual.sends.values()];
      const ladder = connect(chunkRungs.at(-1) ?? chunkBytes);
      const limit = await chunkLimit(ladder, await pathsOf(ladder), clock, limitMs);
      ladder.link.stop();
      const taken = sends.filter(({ status }) => status === 200).map(({ bytes }) => bytes);
      return {
        ...seen,
        bytes: loopBytes,
        chunkBytes,
        chunks: sends.length,
        largest: Math.max(limit.largest, ...taken),
        refused: limit.refused,
      };
    },
    stop: () => {
      for (const watched of links) {
        watched.link.stop();
        watched.isLost = true;
        watched.changed();
      }
    },
  };
}

function authSeen(watched: Watched, path: MsrpPath | null, isTls: boolean): AuthSeen {
  const { auth, challenges } = watched;
  const usePath = auth === null ? null : headerOf(auth, "Use-Path");
  const usable = auth === null ? null : readUsePath(auth, "msrp://own.invalid:2855/own;ws");
  return {
    status: auth?.status ?? null,
    comment: auth?.comment ?? "",
    offered: digestSeen(challenges.slice(0, 1)).offered,
    isLost: watched.isLost,
    usePath,
    isUsable: path !== null,
    isTls,
    isPathTls: (path ?? usable)?.tls ?? false,
  };
}

/** Every value of a byte, and no text. */
const pattern = (bytes: number): Uint8Array =>
  new Uint8Array(bytes).map((_, at) => (at * 7 + (at >> 8)) % 256);

type Told = Pick<LoopSeen, "ms" | "arrived" | "isReported" | "by">;

function sendToOneself(
  watched: Watched,
  paths: readonly [MsrpPath, MsrpPath] | null,
  body: Uint8Array,
  clock: Clock,
  limitMs: number,
): Promise<Told> {
  const { link } = watched;
  if (paths === null)
    return Promise.resolve({
      ms: 0,
      arrived: "not",
      isReported: false,
      by: watched.isLost ? "closed" : "silence",
    });
  const [out, back] = paths;
  const began = clock.now();
  let arrived: Told["arrived"] = "not";
  return new Promise((resolve) => {
    let isOver = false;
    const end = (isReported: boolean, by: Told["by"]): void => {
      if (isOver) return;
      isOver = true;
      stopTimer();
      resolve({ ms: clock.now() - began, arrived, isReported, by });
    };
    const stopTimer = clock.after(limitMs, () => end(false, watched.isLost ? "closed" : "silence"));
    const types = { acceptTypes: [contentType], remoteAcceptTypes: [contentType] };
    link.open({
      ...types,
      local: back,
      remotePath: out.path,
      active: false,
      onMessage: (message) => {
        const isSame = message.body.length === body.length && message.body.every((b, at) => b === body[at]);
        arrived = isSame ? "whole" : "altered";
      },
    });
    const session = link.open({
      ...types,
      local: out,
      remotePath: back.path,
      active: true,
      onMessage: () => {},
      onReported: () => end(true, null),
      onFailed: (_id, status) => end(false, watched.isLost ? "closed" : (status ?? "closed")),
    });
    session.send("check", { contentType, body });
  });
}

/** One SEND after the other, each larger, until the relay has no room for one. */
async function chunkLimit(
  watched: Watched,
  paths: readonly [MsrpPath, MsrpPath] | null,
  clock: Clock,
  limitMs: number,
): Promise<{ readonly largest: number; readonly refused: Refused | null }> {
  if (paths === null) return { largest: 0, refused: null };
  const [out, back] = paths;
  const types = { acceptTypes: [contentType], remoteAcceptTypes: [contentType] };
  let told = (_by: Refused["by"] | null): void => {};
  watched.link.open({ ...types, local: back, remotePath: out.path, active: false, onMessage: () => {} });
  const session = watched.link.open({
    ...types,
    local: out,
    remotePath: back.path,
    active: true,
    onMessage: () => {},
    onReported: () => told(null),
    onFailed: (_id, status) => told(watched.isLost ? "closed" : (status ?? "closed")),
  });
  let largest = 0;
  for (const bytes of chunkRungs) {
    const by = await new Promise<Refused["by"] | null>((resolve) => {
      const stop = clock.after(limitMs, () => resolve("silence"));
      told = (how) => {
        stop();
        // It may have gone after all, in smaller pieces.
        const refusal = [...watched.sends.values()].find((sent) => sent.bytes === bytes)?.status;
        resolve(how ?? (refusal === 200 ? null : (refusal ?? "silence")));
      };
      session.send(String(bytes), { contentType, body: pattern(bytes) });
    });
    if (by !== null) return { largest, refused: { bytes, by } };
    largest = bytes;
  }
  return { largest, refused: null };
}
