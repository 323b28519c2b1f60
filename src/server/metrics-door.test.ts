/** The counters as Prometheus reads them, and a door that is for this machine alone. */
import { request } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { MsrpLink, MsrpSessionOptions } from "../flow/msrp-link.ts";
import { manualClock, type ManualClock } from "../testing/manual-clock.ts";
import { createMeter, type Meter } from "./meter.ts";
import { openMetricsDoor, type MetricsDoor } from "./metrics-door.ts";

let clock: ManualClock;
let meter: Meter;
let door: MetricsDoor;
let isUp: boolean;

beforeEach(async () => {
  clock = manualClock();
  meter = createMeter(clock);
  isUp = true;
  door = await openMetricsDoor({
    port: 0,
    health: () => ({ isUp, text: isUp ? "up\n" : "down\n" }),
    metrics: () => meter.format([["groups", "Groups there are.", 2]]),
  });
});
afterEach(() => door.close());

const ask = (
  path: string,
  options: { readonly method?: string; readonly host?: string } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const { method = "GET", host = `127.0.0.1:${door.port}` } = options;
    request({ host: "127.0.0.1", port: door.port, path, method, headers: { host } }, (response) => {
      let text = "";
      response.on("data", (bytes: Buffer) => (text += bytes.toString()));
      response.on("end", () => resolve(`${response.statusCode} ${text}`));
    })
      .on("error", reject)
      .end();
  });

it("says how it is, with a status that a watcher understands", async () => {
  expect(await ask("/health")).toBe("200 up\n");
  isUp = false;
  expect(await ask("/health")).toBe("503 down\n");
});

it("refuses other names, paths and methods", async () => {
  expect(await ask("/metrics", { host: "evil.example" })).toMatch(/^403 /);
  expect(await ask("/metrics", { host: "localhost" })).toMatch(/^200 /);
  expect(await ask("/")).toMatch(/^404 /);
  expect(await ask("/metrics", { method: "POST" })).toMatch(/^405 /);
});

it("counts messages and how long they take, what was refused, and what went wrong", async () => {
  let opened: MsrpSessionOptions | null = null;
  const link = {
    open: (options: MsrpSessionOptions) => {
      opened = options;
      return { send: () => {}, unreported: () => 0, close: () => {} };
    },
  } as unknown as MsrpLink;
  const verdicts = [200, 415];
  const handle = meter
    .msrp(link)
    .open({ onMessage: () => verdicts.shift() } as unknown as MsrpSessionOptions);
  const session = opened as unknown as MsrpSessionOptions;
  const message = { messageId: "m", contentType: "text/plain", body: new Uint8Array(0) };
  expect([session.onMessage(message), session.onMessage(message)]).toEqual([200, 415]);
  handle.send("one", message);
  handle.send("two", message);
  clock.advance(30);
  session.onReported?.("one");
  session.onFailed?.("two", 408);
  meter.sipHop("out", "SIP/2.0 403 Forbidden\r\n");
  meter.sipHop("out", "SIP/2.0 200 OK\r\n");
  meter.sipHop("in", "SIP/2.0 486 Busy Here\r\n");
  meter.error("sip connection lost");

  const text = await ask("/metrics");
  for (const line of [
    "# TYPE segue_focus_groups gauge",
    "segue_focus_groups 2",
    "segue_focus_messages_in_total 1",
    "segue_focus_messages_out_total 1",
    'segue_focus_refusals_total{protocol="msrp",status="415"} 1',
    'segue_focus_refusals_total{protocol="sip",status="403"} 1',
    'segue_focus_errors_total{what="message not taken, 408"} 1',
    'segue_focus_errors_total{what="sip connection lost"} 1',
    'segue_focus_delivery_seconds_bucket{le="0.025"} 0',
    'segue_focus_delivery_seconds_bucket{le="0.05"} 1',
    'segue_focus_delivery_seconds_bucket{le="+Inf"} 1',
    "segue_focus_delivery_seconds_sum 0.03",
  ])
    expect(text.split("\n")).toContain(line);
  expect(text).not.toContain("486");
});
