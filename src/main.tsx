/**
 * Mounts the screen on a client: the browser's one composition root, where the platform is handed in.
 */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { readConfig } from "./client/config.ts";
import { createClient } from "./client/client.ts";
import type { Socket } from "./sip/agent.ts";
import { look } from "./look.ts";
import { App } from "./ui/App.tsx";
import "./ui/index.css";

/** From getRandomValues, which plain http has too. */
function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `config.json` beside the app; without one, only servers that a person types in. */
async function fetchConfig(): Promise<unknown> {
  try {
    const answer = await fetch("config.json", { cache: "no-cache" });
    return answer.ok ? ((await answer.json()) as unknown) : null;
  } catch {
    return null;
  }
}

const root = document.getElementById("root");
if (root !== null) {
  const client = createClient({
    config: readConfig(await fetchConfig()),
    base: location.href,
    // A browser's own type says that it sends no shared memory, which nothing here has.
    openSocket: (url, subprotocol) => new WebSocket(url, subprotocol) as Socket,
    clock: {
      now: () => Date.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    freshId,
    look,
    otherTabs: (heard) => window.addEventListener("storage", ({ key }) => heard(key)),
    stores: { session: sessionStorage, local: localStorage },
    as: new URLSearchParams(location.search).get("as"),
  });
  const wake = (): void => {
    const isVisible = document.visibilityState === "visible";
    client.inSight(isVisible);
    if (isVisible) client.wake();
  };
  client.inSight(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("pagehide", () => client.release());
  createRoot(root).render(
    <StrictMode>
      <App store={client.store} actions={client.actions} />
    </StrictMode>,
  );
  client.start();
}
