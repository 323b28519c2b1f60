/** Every bound of the box in one typed object, overridable (`--limits FILE`). */
import { focusLimits, type FocusLimits } from "./focus/limits.ts";
import { networkLimits, type NetworkLimits } from "./network/limits.ts";
import { readOverrides, withOverrides, type Overrides } from "./overrides.ts";

export type ServerLimits = NetworkLimits & { readonly focus: FocusLimits };

export const serverLimits: ServerLimits = { ...networkLimits, focus: focusLimits };

/** JSON of the same shape with what shall differ. Throws Error that says which entry is wrong. */
export const readLimits = (json: string): ServerLimits => readOverrides(serverLimits, json, "limit");

/** The defaults with some changes. */
export const withLimits = (changes: Overrides<ServerLimits>): ServerLimits =>
  withOverrides(serverLimits, changes);
