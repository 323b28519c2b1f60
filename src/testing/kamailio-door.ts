/**
 * What a web server in front of Kamailio does, for browser specs: `/sip` and `/msrp` of the app's own host lead to
 * Kamailio, or to a relay beside it, message by message and as they are. On the way each SIP message is told, as the box would write it down.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer, type RawData } from "ws";
import { pathOf } from "../server/http.ts";

export type Told = (user: string, way: "in" | "out", text: string) => void;

const protocols: ReadonlyMap<string, "sip" | "msrp"> = new Map([
  ["/sip", "sip"],
  ["/msrp", "msrp"],
]);

export const doorPaths: ReadonlySet<string> = new Set(protocols.keys());

/** Passes on what comes to `server`, once `urlOf` says whither. */
export function openDoor(server: Server, urlOf: (protocol: "sip" | "msrp") => string, told: Told): void {
  const acceptor = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const protocol = protocols.get(pathOf(request));
    if (protocol === undefined) return stream.destroy();
    const { origin } = request.headers;
    const behind = new WebSocket(urlOf(protocol), protocol, {
      perMessageDeflate: false,
      ...(origin === undefined ? {} : { origin }),
    });
    behind.on("error", () => stream.destroy());
    behind.once("open", () =>
      acceptor.handleUpgrade(request, stream, head, (browser) =>
        join(browser, behind, protocol === "sip" ? told : () => {}),
      ),
    );
  });
}

function join(browser: WebSocket, behind: WebSocket, told: Told): void {
  let user = "unknown";
  const pass = (from: WebSocket, to: WebSocket, way: "in" | "out"): void => {
    from.on("message", (data: RawData, binary) => {
      const text = data instanceof Buffer ? data.toString("utf8") : "";
      if (text.startsWith("REGISTER ")) user = /^From:[^\r\n]*?sips?:([^@;>\s]+)@/im.exec(text)?.[1] ?? user;
      told(user, way, text);
      if (to.readyState === WebSocket.OPEN) to.send(data, { binary });
    });
    from.on("close", () => to.close());
    from.on("error", () => to.terminate());
  };
  pass(browser, behind, "out");
  pass(behind, browser, "in");
}
