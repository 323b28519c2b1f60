/**
 * How much the focus takes on, in all and of one person (RFC 5363 §5: an order is an amplifier, each one rings many
 * people); each bound can be overridden.
 */
import { msrpSettings } from "../../flow/msrp-session-state.ts";
import type { StoreLimits } from "./store.ts";

export type FocusLimits = StoreLimits & {
  /** People in one group, the host included. */
  readonly people: number;
  /** Groups at a time, and of one host. */
  readonly groups: number;
  readonly groupsOfOne: number;
  /** In all groups of one host together, when one more is ordered. */
  readonly peopleOfOne: number;
  /** In the roster of one group, those included who did not come. */
  readonly listed: number;
  /** Groups that one person may order in a minute, and people whom one may have asked, by order or REFER. */
  readonly groupsPerMinute: number;
  readonly invitationsPerMinute: number;
  /** How often one person may come in by a conference URI in a minute, over all groups. */
  readonly joinsPerMinute: number;
  /** Who watch the roster of one group, and how many of those may be one person's. */
  readonly watchers: number;
  readonly watchersOfOne: number;
  /** Longest text taken. */
  readonly messageBytes: number;
  /** Requests in hand. */
  readonly transactions: number;
};

export const focusLimits: FocusLimits = {
  people: 100,
  groups: 10_000,
  groupsOfOne: 200,
  peopleOfOne: 5_000,
  listed: 400,
  groupsPerMinute: 60,
  invitationsPerMinute: 1_000,
  joinsPerMinute: 600,
  watchers: 500,
  watchersOfOne: 16,
  messageBytes: msrpSettings.maxMessageBytes,
  transactions: 20_000,
  keptMessages: 10_000,
  keptBytes: 67_108_864,
  keptMs: 2_592_000_000,
  keptBytesOfOne: 268_435_456,
};
