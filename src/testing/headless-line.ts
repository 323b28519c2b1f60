/**
 * A line that can go half dead (RFC 5626 §4.4): the sockets of that moment stay open at both ends and carry nothing
 * more, not even their close; the next ones work. Nothing tells the person but the silence.
 */
import type { OpenSocket, Socket } from "../sip/agent.ts";

/** A message of SIP that is about to go out, or has come in and been read. */
export type Seen = (way: "in" | "out", text: string) => void;

export interface Line {
  readonly openSocket: OpenSocket;
  /** From now on nothing passes on the sockets that are open. */
  hush(): void;
}

export function createLine(open: OpenSocket, seen: Seen): Line {
  let era = { isDead: false };
  return {
    openSocket: (url, protocol) => hushable(open(url, protocol), era, protocol === "sip" ? seen : () => {}),
    hush: () => {
      era.isDead = true;
      era = { isDead: false };
    },
  };
}

function hushable(socket: Socket, era: { readonly isDead: boolean }, seen: Seen): Socket {
  return {
    get binaryType() {
      return socket.binaryType;
    },
    set binaryType(type) {
      socket.binaryType = type;
    },
    get readyState() {
      return socket.readyState;
    },
    send: (data) => {
      if (typeof data === "string") seen("out", data);
      if (!era.isDead) socket.send(data);
    },
    close: (code, reason) => {
      if (!era.isDead) socket.close(code, reason);
    },
    addEventListener: (
      type: "open" | "close" | "error" | "message",
      listener: (event: { readonly data: unknown }) => void,
    ) => {
      if (type === "message")
        socket.addEventListener(type, (event) => {
          if (era.isDead) return;
          listener(event);
          if (typeof event.data === "string") seen("in", event.data);
        });
      else
        socket.addEventListener(type, () => {
          if (!era.isDead) listener({ data: null });
        });
    },
  };
}
