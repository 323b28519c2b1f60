/**
 * The servers that rows over sockets are measured on, started when the first of them is: the box and the bare
 * WebSocket server (`bench-server.ts`) in one process, Kamailio in its own with the focus in this one.
 *
 * They stay up until the bench ends; rows open and close their own people on them.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { WebSocket, type RawData } from "ws";
import { benchUsers } from "./bench-users.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";

/** Where SIP and MSRP are. */
export type Way = {
  /** Of the app's `config.json`. */
  readonly url: string;
  readonly port: number;
  readonly sipPath: string;
  readonly msrpPath: string;
};

export type BenchReply =
  | { readonly url: string; readonly boxPort: number; readonly barePort: number }
  | { readonly memoryBytes: number };

/** `settled`: once every SIP transaction is over. */
export type MemoryWhen = "settled" | "now";

export interface BenchServer {
  readonly box: Way;
  readonly barePort: number;
  /** In use, after what nobody refers to any more has been thrown away. */
  readonly memoryBytes: (when: MemoryWhen) => Promise<number>;
  readonly stop: () => Promise<void>;
}

let server: Promise<BenchServer> | null = null;
let kamailio: Promise<Way> | null = null;
const ends: (() => Promise<void>)[] = [];

export const benchServer = (): Promise<BenchServer> =>
  (server ??= startBenchServer().then((started) => {
    ends.push(started.stop);
    return started;
  }));
export const boxWay = async (): Promise<Way> => (await benchServer()).box;
export const kamailioWay = (): Promise<Way> => (kamailio ??= startKamailioWay());

export async function stopServers(): Promise<void> {
  [server, kamailio] = [null, null];
  await Promise.all(ends.splice(0).map((end) => end()));
}

/** One of one's own, which has nothing behind it. */
export async function startBenchServer(): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, "bench-server.ts"), {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const next = (): Promise<BenchReply> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error("the server of the bench has ended"));
      child.once("exit", ended);
      child.once("message", (reply: BenchReply) => {
        child.off("exit", ended);
        resolve(reply);
      });
    });
  const started = await next();
  if (!("boxPort" in started)) throw new Error("the server of the bench began with something else");
  return {
    box: { url: started.url, port: started.boxPort, sipPath: "/sip", msrpPath: "/msrp" },
    barePort: started.barePort,
    memoryBytes: async (when) => {
      const reply = next();
      child.send(when);
      const answer = await reply;
      return "memoryBytes" in answer ? answer.memoryBytes : NaN;
    },
    stop: () => {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}

async function startKamailioWay(): Promise<Way> {
  const network = await startKamailioNetwork({ people: benchUsers });
  ends.push(() => network.stop());
  return { url: network.url, port: network.kamailio.port, sipPath: "/ws", msrpPath: "/ws" };
}

export interface BareSocket {
  send(data: string | Uint8Array): void;
  /** Called for each message, with its length. */
  onMessage: (bytes: number) => void;
  close(): Promise<void>;
}

export async function openBare(port: number, path: string): Promise<BareSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const bare: BareSocket = {
    send: (data) => socket.send(data),
    onMessage: () => {},
    close: () => {
      socket.close();
      return closed;
    },
  };
  socket.on("message", (data: RawData) => bare.onMessage((data as Buffer).length));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return bare;
}
