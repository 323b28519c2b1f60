/**
 * What the relay and its clients in this process need of a connection: whole frames, in order, and how much has
 * not left yet. Made from a `ws` socket, or as a pair in memory.
 */
import type { RawData, WebSocket } from "ws";

export interface FrameSocket {
  /** Does nothing once closed. `done` is called when these bytes have left. */
  send(frame: Uint8Array, done?: () => void): void;
  /** Bytes handed to `send` that have not left. */
  readonly bufferedBytes: number;
  close(code: number, reason: string): void;
  onFrame: ((frame: Uint8Array) => void) | null;
  /** Once, whoever closed. */
  onClose: (() => void) | null;
}

/** For a socket that is open already; frames go out as binary (RFC 7977 §4.2). */
export function webSocketFrames(socket: WebSocket): FrameSocket {
  const frames: FrameSocket = {
    send: (frame, done) => {
      if (socket.readyState === socket.OPEN)
        socket.send(frame, { binary: true, compress: false }, () => done?.());
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    close: (code, reason) => socket.close(code, reason),
    onFrame: null,
    onClose: null,
  };
  socket.on("message", (data: RawData) => {
    if (socket.readyState === socket.OPEN) frames.onFrame?.(bytesOf(data)); // else it was closed here
  });
  socket.on("close", () => frames.onClose?.());
  // `ws` closes after each error; an error without a listener would end the process.
  socket.on("error", () => {});
  return frames;
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Two ends in one process. What one sends the other gets later, in order, as over any network. */
export function memoryFrames(): [FrameSocket, FrameSocket] {
  const one = memoryEnd();
  const other = memoryEnd();
  one.connect(other);
  other.connect(one);
  return [one.end, other.end];
}

type MemoryEnd = {
  readonly end: FrameSocket;
  readonly connect: (peer: MemoryEnd) => void;
  readonly closed: () => void;
};

function memoryEnd(): MemoryEnd {
  let peer: MemoryEnd | null = null;
  let open = true;
  let buffered = 0;
  const closed = (): void => {
    if (!open) return;
    open = false;
    end.onClose?.();
  };
  const end: FrameSocket = {
    send: (frame, done) => {
      if (!open) return;
      buffered += frame.length;
      setImmediate(() => {
        buffered -= frame.length;
        if (!open) return;
        peer?.end.onFrame?.(frame);
        done?.();
      });
    },
    get bufferedBytes() {
      return buffered;
    },
    close: () => {
      setImmediate(() => {
        closed();
        peer?.closed();
      });
    },
    onFrame: null,
    onClose: null,
  };
  return { end, closed, connect: (other) => (peer = other) };
}
