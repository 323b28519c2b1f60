/**
 * What the relay and its clients in this process need of a connection: whole frames, in order, and how much has
 * not left yet. Made from an accepted `ws` socket, or as a pair in memory.
 */
import type { WebSocket } from "ws";

export interface FrameSocket {
  /** Does nothing once closed. `done` is called when these bytes have left. */
  send(frame: Uint8Array, done?: () => void): void;
  /** Bytes handed to `send` that have not left. */
  readonly bufferedBytes: number;
  close(code: number, reason: string): void;
  onFrame: ((frame: Uint8Array) => void) | null;
  onClose: (() => void) | null;
}

/** For a socket that is open already. */
export declare function webSocketFrames(socket: WebSocket): FrameSocket;
/** Two ends in one process; frames arrive asynchronously and in order. */
export declare function memoryFrames(): [FrameSocket, FrameSocket];
