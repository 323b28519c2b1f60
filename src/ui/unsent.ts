/** What would be lost with the page: messages of one's own that nobody else has. The browser asks before that. */
import { useEffect } from "react";
import type { AppState } from "../client/model.ts";

/** Messages that only this screen has. */
export function unsentIn(state: AppState): number {
  let n = 0;
  for (const id of state.order) {
    for (const item of state.chats[id]?.items ?? []) {
      if (item.kind !== "message" || !item.mine) continue;
      if (item.is !== "sent" && item.is !== "delivered") n += 1;
    }
  }
  return n;
}

/** In the browser's own words: no page has a say in them. */
export function useAskBeforeLeaving(isAtRisk: boolean): void {
  useEffect(() => {
    if (!isAtRisk) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isAtRisk]);
}
