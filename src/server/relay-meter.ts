/**
 * What the relay counts, for Prometheus: frames and bytes where they meet a connection, and what was refused. No
 * address, name or text of anybody is ever in a counter.
 */
import { formatMetrics, single, type MetricsFamily } from "./metrics-text.ts";
import type { RelayTraceRow } from "./network/relay.ts";
import type { Refusals } from "./refusals.ts";
import type { UserLookup } from "./user-lookup.ts";

export interface RelayMeter {
  readonly frame: (row: RelayTraceRow) => void;
  readonly format: (now: {
    readonly connections: number;
    readonly refused: Refusals;
    readonly lookups: UserLookup["counts"] | null;
  }) => string;
}

export function createRelayMeter(): RelayMeter {
  const taken = { frames: 0, bytes: 0 };
  const given = { frames: 0, bytes: 0 };
  const labelled = (
    name: string,
    help: string,
    label: string,
    counts: Iterable<readonly [string, number]>,
  ): MetricsFamily => ({
    name,
    type: "counter",
    help,
    rows: [...counts].map(([value, times]) => [`{${label}="${value}"}`, times]),
  });
  return {
    frame: ({ direction, bytes }) => {
      const way = direction === "in" ? taken : given;
      way.frames += 1;
      way.bytes += bytes.length;
    },
    format: ({ connections, refused, lookups }) =>
      formatMetrics("segue_relay_", [
        single("gauge", "connections", "WebSockets that are open.", connections),
        single("counter", "frames_in_total", "MSRP frames from clients.", taken.frames),
        single("counter", "frames_out_total", "MSRP frames to clients.", given.frames),
        single("counter", "bytes_in_total", "Bytes of frames from clients.", taken.bytes),
        single("counter", "bytes_out_total", "Bytes of frames to clients.", given.bytes),
        labelled("refusals_total", "What was refused, by reason.", "reason", refused),
        ...(lookups === null
          ? []
          : [labelled("lookups_total", "Users asked for, by answer.", "answer", Object.entries(lookups))]),
      ]),
  };
}
