/** The browser's storage as this app uses it: JSON under a name. Whatever fails, or is no JSON, counts as not there. */

/** The part of the browser's Storage that is used. May throw. */
export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

export function readStored(store: KeyValue, key: string): unknown {
  try {
    return JSON.parse(store.getItem(key) ?? "null") as unknown;
  } catch {
    return null;
  }
}

export function writeStored(store: KeyValue, key: string, value: unknown): void {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs comfort, no chat.
  }
}
