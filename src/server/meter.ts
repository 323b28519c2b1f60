/**
 * What the Controlling Function counts, for Prometheus.
 *
 * Counted where bytes meet the network, so that nothing in the focus has to know of it: SIP answers on the link,
 * messages at the MSRP sessions. No address, name or text of anybody is ever in a counter.
 */
import type { Clock } from "../flow/clock.ts";
import type { MsrpLink, MsrpSessionOptions } from "../flow/msrp-link.ts";
import { formatMetrics, single, type MetricsFamily } from "./metrics-text.ts";

export interface Meter {
  /** Sees each SIP message. */
  readonly sipHop: (direction: "in" | "out", text: string) => void;
  /** The same link, counted. */
  readonly msrp: (link: MsrpLink) => MsrpLink;
  /** Something went wrong that nobody did on purpose. */
  readonly error: (what: string) => void;
  /** `gauges`: name, help, value now. */
  readonly format: (gauges: readonly (readonly [name: string, help: string, value: number])[]) => string;
}

/** Seconds; from a member's last chunk here to the report of one reader's own end. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMeter(clock: Clock): Meter {
  const refusals = new Map<string, number>();
  const errors = new Map<string, number>();
  const taken = { in: 0, out: 0 };
  const delays = { counts: buckets.map(() => 0), sum: 0, all: 0 };
  const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1);
  const refused = (protocol: "sip" | "msrp", status: number): void =>
    add(refusals, `protocol="${protocol}",status="${status}"`);

  function delivered(seconds: number): void {
    taken.out += 1;
    delays.all += 1;
    delays.sum += seconds;
    for (const [at, most] of buckets.entries())
      if (seconds <= most) delays.counts[at] = (delays.counts[at] ?? 0) + 1;
  }

  function counted(options: MsrpSessionOptions, sentAt: Map<string, number>): MsrpSessionOptions {
    return {
      ...options,
      onMessage: (message) => {
        const status = options.onMessage(message) ?? 200;
        if (status === 200) taken.in += 1;
        else refused("msrp", status);
        return status;
      },
      onReported: (id) => {
        delivered((clock.now() - (sentAt.get(id) ?? clock.now())) / 1_000);
        sentAt.delete(id);
        options.onReported?.(id);
      },
      onFailed: (id, status) => {
        sentAt.delete(id);
        add(errors, `what="message not taken${status === null ? "" : `, ${status}`}"`);
        options.onFailed?.(id, status);
      },
    };
  }

  return {
    sipHop: (direction, text) => {
      const [, status] = /^SIP\/2\.0 ([3-6][0-9]{2}) /.exec(text) ?? [];
      if (direction === "out" && status !== undefined) refused("sip", Number(status));
    },
    msrp: (link) => ({
      ...link,
      open: (options) => {
        const sentAt = new Map<string, number>();
        const handle = link.open(counted(options, sentAt));
        return {
          ...handle,
          send: (id, content) => {
            sentAt.set(id, clock.now());
            handle.send(id, content);
          },
        };
      },
    }),
    error: (what) => add(errors, `what="${what}"`),
    format: (gauges) => {
      const labelled = (counts: ReadonlyMap<string, number>): MetricsFamily["rows"] =>
        [...counts].map(([labels, count]) => [`{${labels}}`, count]);
      return formatMetrics("segue_focus_", [
        ...gauges.map(([name, help, value]) => single("gauge", name, help, value)),
        single("counter", "messages_in_total", "Messages taken from members.", taken.in),
        single("counter", "messages_out_total", "Messages reported by readers.", taken.out),
        {
          name: "refusals_total",
          type: "counter",
          help: "What was refused, by status.",
          rows: labelled(refusals),
        },
        { name: "errors_total", type: "counter", help: "What went wrong by itself.", rows: labelled(errors) },
        {
          name: "delivery_seconds",
          type: "histogram",
          help: "From here to a reader and back.",
          rows: [
            ...buckets.map((most, at) => [`_bucket{le="${most}"}`, delays.counts[at] ?? 0] as const),
            ['_bucket{le="+Inf"}', delays.all],
            ["_sum", delays.sum],
            ["_count", delays.all],
          ],
        },
      ]);
    },
  };
}
