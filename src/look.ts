/**
 * What a browser tells of the way to a server, beside whether a WebSocket opens: nothing about why it did not, so the
 * host is asked something else; and what it was told about private addresses (Local Network Access).
 */
import type { Look } from "./client/checking.ts";

const answerMs = 5_000;

export const look: Look = {
  page: location.href,
  permission: async () => {
    try {
      // Not every browser knows it, and the types know none that does.
      const { state } = await navigator.permissions.query({
        name: "local-network-access" as PermissionName,
      });
      return state;
    } catch {
      return null;
    }
  },
  reaches: async (url) => {
    const asked = url.replace(/^ws/, "http");
    if (asked.startsWith("http:") && location.protocol === "https:") return null;
    let isForbidden = false;
    const forbidden = (): void => {
      isForbidden = true;
    };
    document.addEventListener("securitypolicyviolation", forbidden);
    try {
      await fetch(asked, {
        mode: "no-cors",
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(answerMs),
      });
      return true;
    } catch {
      // The page's own rules say nothing of the server.
      return isForbidden ? null : false;
    } finally {
      document.removeEventListener("securitypolicyviolation", forbidden);
    }
  },
};
