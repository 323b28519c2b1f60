/**
 * What a browser tells of the way to a server, beside whether a WebSocket opens: nothing about why it did not, so the
 * host is asked something else; and what it was told about private addresses (Local Network Access).
 */
import type { Look } from "./client/checking.ts";

const answerMs = 5_000;

export const look: Look = {
  page: location.href,
  permission: async (span) => {
    // A newer name for each of the two, an older one for both; not every browser knows any.
    const newer = span === "loopback" ? ["loopback-network"] : span === "private" ? ["local-network"] : [];
    for (const name of [...newer, "local-network-access"]) {
      try {
        return (await navigator.permissions.query({ name: name as PermissionName })).state;
      } catch {
        // The next one, then.
      }
    }
    return null;
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
