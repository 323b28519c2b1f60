/**
 * The keys that work anywhere: Ctrl or Cmd+K finds a chat, Alt+Up and Alt+Down change it, F6 goes round the panes.
 */
import { useEffect } from "react";
import { words } from "./words.ts";

export type Shortcuts = {
  readonly search: () => void;
  readonly step: (by: 1 | -1) => void;
  readonly nextPane: (by: 1 | -1) => void;
};

export function useShortcuts(shortcuts: Shortcuts | null): void {
  useEffect(() => {
    if (shortcuts === null) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.isComposing || event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        shortcuts.search();
      } else if (event.altKey && !command && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        shortcuts.step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "F6" && !command && !event.altKey) {
        event.preventDefault();
        shortcuts.nextPane(event.shiftKey ? -1 : 1);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [shortcuts]);
}

/** How the keys of the search are written on this machine. */
export function searchKeys(): string {
  const isMac = typeof navigator !== "undefined" && /Mac|iP(?:hone|ad|od)/u.test(navigator.userAgent);
  return isMac ? words.list.shortcutMac : words.list.shortcut;
}
