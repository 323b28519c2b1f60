/**
 * What is measured over sockets, in a process of its own: the network in a box with many people, and beside it a bare
 * WebSocket server that does nothing but pass on what comes. Both with the same runtime, so that a ratio is of the
 * work alone.
 *
 * The bare server: at `/echo` a message goes back to its sender, elsewhere to all others of the same path. Its parent
 * asks for the memory in use, and takes it down by hanging up.
 */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { withLimits } from "../server/limits.ts";
import { startBox } from "../server/network-in-a-box.ts";
import type { BenchReply, MemoryWhen } from "./bench-network.ts";
import { benchUsers } from "./bench-users.ts";
import { withTimers } from "../server/timers.ts";

/** More than any row asks for: what bounds the box is not what is measured here. */
const most = 1e9;
const limits = withLimits({
  connections: { all: most, perAddress: most, strangers: most, strangersPerAddress: most },
  sipRate: { messagesPerSecond: most, messages: most, bytesPerSecond: most, bytes: most },
  msrpRate: { messagesPerSecond: most, messages: most, bytesPerSecond: most, bytes: most },
  sip: {
    connectionsPerUser: most,
    bindingsPerUser: most,
    transactionsPerUser: most,
    dialogsPerSecond: most,
    dialogs: most,
    transactions: most,
  },
  relay: { connectionsPerUser: most },
  focus: {
    people: 500,
    groupsPerMinute: most,
    invitationsPerMinute: most,
    joinsPerMinute: most,
    transactions: most,
  },
});

/** What is answered lingers less than half a minute, so that memory can be measured without it. */
const lingering = { answerMs: 8_000, absorbMs: 500 };
const timers = withTimers({ proxy: lingering, focus: lingering });
const lookMs = 100;

async function startBare(): Promise<number> {
  const rooms = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (socket: WebSocket, { url = "/" }: IncomingMessage) => {
    const room = rooms.get(url) ?? new Set();
    rooms.set(url, room.add(socket));
    socket.on("message", (data: RawData, binary: boolean) => {
      for (const one of url === "/echo" ? [socket] : room)
        if (url === "/echo" || one !== socket) one.send(data, { binary });
    });
    socket.on("close", () => room.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
}

async function memoryBytes(when: MemoryWhen): Promise<number> {
  while (when === "settled" && box.openTransactions() > 0)
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const box = await startBox({ users: benchUsers, limits, timers });
const reply = (message: BenchReply): void => void process.send?.(message);
process.on("disconnect", () => process.exit(0));
process.on(
  "message",
  (when: MemoryWhen) => void memoryBytes(when).then((bytes) => reply({ memoryBytes: bytes })),
);
reply({ url: box.url, boxPort: box.port, barePort: await startBare() });
