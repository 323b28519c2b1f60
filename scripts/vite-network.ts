/**
 * `npm run dev`: the network in a box behind Vite's own server, so that the page under work has somebody to talk to.
 *
 * Only where there is a server to attach to: the build has none, and Vitest reads the same configuration without one.
 */
import type { Server } from "node:http";
import type { Plugin } from "vite";

export const network = (): Plugin => ({
  name: "segue:network",
  apply: "serve",
  async configureServer({ httpServer }) {
    if (httpServer === null) return;
    const { attachBox } = await import("../src/server/network-in-a-box.ts");
    const box = attachBox(httpServer as Server);
    httpServer.once("close", () => box.stop());
  },
});
