/** What the words of "Check this server" are made of: their shape, sizes, and how somebody answered. */
import type { LineId, Refused, Seen, Why } from "./seen.ts";

/** What it means, and what to change. */
export type Advice = readonly [means: string, change: string];

export type Words<Id extends LineId> = {
  readonly name: string;
  /** What a server that passes here can do. */
  readonly good: string;
  readonly why: { readonly [W in Why[Id]]: (seen: Seen[Id]) => Advice };
  readonly detail: (seen: Seen[Id]) => string;
};

export const kilobytes = (bytes: number): string =>
  bytes % 1_024 === 0 || bytes >= 10_240
    ? `${Math.floor(bytes / 1_024)} KB`
    : `${(bytes / 1_024).toFixed(1)} KB`;

export const refusedBy = (by: Refused["by"]): string =>
  by === "closed" ? "the connection was closed" : by === "silence" ? "no answer" : `answered ${by}`;

export const listed = (names: readonly string[]): string => names.join(", ");

export const answered = (status: number | null, reason: string, isLost: boolean): string =>
  status === null ? (isLost ? "Connection closed" : "No answer") : `${status} ${reason}`.trim();

export const offeredIn = ({ offered }: Seen["digest"]): string =>
  offered.length === 0
    ? "No password is asked for"
    : offered
        .map((one) =>
          one === null
            ? "a challenge that can’t be read"
            : `${one.algorithm}, qop ${one.qop.length === 0 ? "none" : one.qop.join(" or ")}`,
        )
        .join("; ");
