/**
 * The door HTTP: requests for pages and for WebSockets that are no requests, over plain sockets. Each is answered, or
 * its connection is closed.
 */
import { connect } from "node:net";
import type { Door } from "./fuzz-door.ts";
import { mutated, noise } from "./fuzz-mutants.ts";

const requests = (host: string): readonly string[] => [
  `GET /config.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  `HEAD / HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nConnection: close\r\n\r\n`,
  `GET /assets/../index.html?x=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  `POST /config.json HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`,
  ...["sip", "msrp"].map(
    (name) =>
      `GET /${name} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${name}\r\n\r\n`,
  ),
  // and what follows on such a connection: a masked frame
  `GET /sip HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sip\r\n\r\n\u0081\u0084\0\0\0\0\r\n\r\n`,
];

export const http: Door = {
  name: "HTTP",
  assault: async (at, checked) => {
    const valid = requests(`127.0.0.1:${at.box.port}`);
    while (at.left() > 0) {
      for (let n = 0; n < 200 && at.left() > 0; n += 1) {
        const kind = at.next();
        const text = at.chance.pick(valid);
        const input =
          kind === "noise" ? noise(at.chance) : kind === "valid" ? text : mutated(text, at.chance);
        at.tally.answer(await answerTo(at.box.port, Buffer.from(input, "latin1")));
      }
      await checked();
    }
  },
};

const answerTo = (port: number, bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    let said = "";
    socket.on("data", (data) => {
      said += data.toString("latin1");
      // A WebSocket stays open of its own accord; the rest ends with the answer.
      if (said.startsWith("HTTP/1.1 101")) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(/^HTTP\/1\.1 ([0-9]{3})/.exec(said)?.[1] ?? "closed"));
  });
