/**
 * Where the MSRP relay is, when nobody says: at the SIP server's own URL, or under `/msrp` on the same host, as the box,
 * our web servers and `npm run relay` have it. Whatever opens a WebSocket with subprotocol `msrp` (RFC 7977) is one.
 */
import type { Clock } from "../flow/clock.ts";
import type { Platform } from "../client/check/platform.ts";

const withinMs = 5_000;

/** Where none is, the SIP server's own URL: what is wrong there is then said. */
export async function findRelay(server: string, platform: Platform, clock: Clock): Promise<string> {
  // At once, so that a server that says nothing is waited for once.
  const places = [...new Set([server, new URL("/msrp", server).href])];
  const found = await Promise.all(places.map((url) => isRelay(url, platform, clock)));
  return places.find((_, at) => found[at]) ?? server;
}

function isRelay(url: string, platform: Platform, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const { socket } = platform.open(url, "msrp");
      const end = (found: boolean): void => {
        stopTimer();
        socket.close();
        resolve(found);
      };
      const stopTimer = clock.after(withinMs, () => end(false));
      socket.addEventListener("open", () => end(socket.protocol === "msrp"));
      socket.addEventListener("error", () => {});
      socket.addEventListener("close", () => end(false));
    } catch {
      resolve(false);
    }
  });
}
