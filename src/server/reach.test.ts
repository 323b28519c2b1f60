import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { createReach, isLoopbackHost, type ReachOptions } from "./reach.ts";

const asked = (headers: Record<string, string>, remoteAddress = "127.0.0.1"): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

const loopback: ReachOptions = { isLoopback: true, tls: false };
const tls: ReachOptions = { isLoopback: false, tls: true, origins: ["https://app.example.org"] };
const proxied: ReachOptions = {
  isLoopback: true,
  tls: false,
  behindProxy: true,
  publicUrl: "https://chat.example.org/",
  origins: ["https://app.example.org"],
  trustedProxies: ["10.1.0.0/16", "fd00::1"],
};

describe("who may ask", () => {
  test.each<[string, ReachOptions, string | null, string | null, boolean]>([
    ["loopback", loopback, "localhost:5080", null, true],
    ["loopback", loopback, "chat.example.org", null, false],
    ["loopback", loopback, null, null, false],
    ["loopback", loopback, "localhost:5080", "http://localhost:5080", true],
    ["loopback", loopback, "localhost:5080", "http://localhost:8000", false],
    ["TLS", tls, "chat.example.org:5080", null, true],
    ["TLS", tls, "chat.example.org", "https://chat.example.org", true],
    ["TLS", tls, "Chat.example.org", "https://chat.EXAMPLE.org", true],
    ["TLS", tls, "chat.example.org", "http://chat.example.org", false],
    ["TLS", tls, "chat.example.org", "https://app.example.org", true],
    ["TLS", tls, "chat.example.org", "https://app.example.org.evil.example", false],
    ["TLS", tls, "chat.example.org", "null", false],
    ["TLS", tls, "not a name", null, false],
    ["behind a proxy", proxied, "chat.example.org", "https://chat.example.org", true],
    ["behind a proxy", proxied, "127.0.0.1:5080", "https://chat.example.org", true],
    ["behind a proxy", proxied, "127.0.0.1:5080", "http://127.0.0.1:5080", false],
    ["behind a proxy", proxied, "evil.example", "https://chat.example.org", false],
    ["behind a proxy", proxied, "chat.example.org", "https://app.example.org", true],
    ["behind a proxy", proxied, "chat.example.org", "http://chat.example.org", false],
  ])("%s, %j: Host %s, Origin %s: %s", (_name, options, host, origin, expected) => {
    const headers = { ...(host === null ? {} : { host }), ...(origin === null ? {} : { origin }) };
    expect(createReach(options).mayAsk(asked(headers))).toBe(expected);
  });
});

describe("who is counted", () => {
  const through = (told: string, peer: string, options = proxied): string =>
    createReach(options).addressOf(asked({ "x-forwarded-for": told }, peer));
  test.each([
    ["192.0.2.7", "127.0.0.1", "192.0.2.7"],
    ["192.0.2.7", "::ffff:127.0.0.1", "192.0.2.7"],
    ["192.0.2.7", "10.1.2.3", "192.0.2.7"],
    ["192.0.2.7", "10.2.2.3", "10.2.2.3"],
    ["198.51.100.1, 192.0.2.7, 10.1.0.9", "fd00::1", "192.0.2.7"],
    ["198.51.100.1, nonsense", "127.0.0.1", "127.0.0.1"],
    ["", "127.0.0.1", "127.0.0.1"],
    ["2001:db8:1:2:3:4:5:6", "127.0.0.1", "2001:db8:1:2::/64"],
  ])("told %j by %s: %s", (told, peer, expected) => {
    expect(through(told, peer)).toBe(expected);
  });

  test("without a proxy nobody is told by a header", () => {
    expect(through("192.0.2.7", "127.0.0.1", loopback)).toBe("127.0.0.1");
  });

  test.each([
    ["::1", "0:0:0:0::/64"],
    ["2001:db8::7", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
  ])("%s counts as %s", (peer, expected) => {
    expect(createReach(tls).addressOf(asked({}, peer))).toBe(expected);
  });

  test.each(["10.0.0.0/33", "proxy", "10.0.0.0/", "fd00::/129"])("no proxy is called %s", (entry) => {
    expect(() => createReach({ ...proxied, trustedProxies: [entry] })).toThrow(entry);
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.8.9.1", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["127.example.org", false],
  ["192.0.2.1", false],
])("%s is on this machine only: %s", (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
