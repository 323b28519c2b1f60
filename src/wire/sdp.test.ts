import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { formatMsrpSdp, parseMsrpSdp, type MsrpMedia } from "./sdp.ts";

const sdp = (text: string): string => text.trimStart().replace(/\n/g, "\r\n");

const relayed: MsrpMedia = {
  host: "msrp.example.com",
  port: 2855,
  tls: true,
  path: ["msrps://msrp.example.com:2855/jui787s2f;tcp", "msrps://k3f9.invalid:2855/98cjs;ws"],
  setup: "active",
  acceptTypes: ["message/cpim"],
  acceptWrappedTypes: ["text/plain", "message/imdn+xml", "application/im-iscomposing+xml"],
  chatroom: [],
  direction: "sendrecv",
};

describe("SDP", () => {
  it("RFC 4975 §8.7: an offer without relay and without setup", () => {
    const media = parseMsrpSdp(
      sdp(`
v=0
o=usera 2890844526 2890844527 IN IP4 alice.example.com
s= -
c=IN IP4 alice.example.com
t=0 0
m=message 7394 TCP/MSRP *
a=accept-types:message/cpim text/plain text/html
a=path:msrp://alice.example.com:7394/2s93i93idj;tcp
`),
    );
    expect(media).toEqual({
      host: "alice.example.com",
      port: 7394,
      tls: false,
      path: ["msrp://alice.example.com:7394/2s93i93idj;tcp"],
      setup: "active",
      acceptTypes: ["message/cpim", "text/plain", "text/html"],
      acceptWrappedTypes: [],
      chatroom: null,
      direction: "sendrecv",
    });
  });

  it("writes the offer of a client behind its relay (RFC 7977 §5.2.2)", () => {
    expect(formatMsrpSdp(relayed, 1)).toBe(
      sdp(`
v=0
o=- 2907637834 1 IN IP4 msrp.example.com
s=-
c=IN IP4 msrp.example.com
t=0 0
m=message 2855 TCP/TLS/MSRP *
a=setup:active
a=accept-types:message/cpim
a=accept-wrapped-types:text/plain message/imdn+xml application/im-iscomposing+xml
a=path:msrps://msrp.example.com:2855/jui787s2f;tcp msrps://k3f9.invalid:2855/98cjs;ws
a=chatroom
a=sendrecv
`),
    );
  });

  it("keeps the o= number of a session, and gives another to another", () => {
    const origin = (media: MsrpMedia, version: number): string =>
      /o=- (\d+)/.exec(formatMsrpSdp(media, version))?.[1] ?? "";
    expect(origin(relayed, 1)).toBe(origin({ ...relayed, direction: "inactive" }, 2));
    expect(origin(relayed, 1)).not.toBe(origin({ ...relayed, path: ["msrp://h:1/other;ws"] }, 1));
  });

  it("is TCP/MSRP for msrp: and TCP/TLS/MSRP for msrps:", () => {
    expect(formatMsrpSdp({ ...relayed, tls: false }, 1)).toContain("m=message 2855 TCP/MSRP *");
  });

  it("passes by other and refused sections", () => {
    const text = formatMsrpSdp(relayed, 1).replace(
      "m=message",
      "m=audio 9 RTP/AVP 0\r\na=inactive\r\nm=message 0 TCP/MSRP *\r\nm=message",
    );
    expect(parseMsrpSdp(text)).toEqual(relayed);
  });

  it("takes direction and address from the session level", () => {
    const text = formatMsrpSdp(relayed, 1)
      .replace("a=sendrecv\r\n", "")
      .replace("t=0 0", "t=0 0\r\na=recvonly");
    expect(parseMsrpSdp(text)?.direction).toBe("recvonly");
  });

  it("is null, never an error, for what can't be used", () => {
    const good = formatMsrpSdp(relayed, 1);
    for (const text of [
      "",
      "v=1\r\n",
      good.replace("m=message 2855", "m=message 0"),
      good.replace("TCP/TLS/MSRP", "UDP/MSRP"),
      good.replace(/a=path:.*/, "a=path:"),
      good.replace(/a=path:.*/, "a=path:http://example.com/"),
      good.replace(/a=path:.*/, "a=path:msrp://example.com/no-port;tcp"),
      good.replace(/a=accept-types:.*\r\n/, ""),
      good.replace("v=0", `v=0\r\n${"a=x\r\n".repeat(30_000)}`),
    ])
      expect(parseMsrpSdp(text)).toBe(null);
  });

  it("round trips", () => {
    const host = fc.constantFrom("relay.example.com", "127.0.0.1", "localhost", "[2001:db8::1]");
    const type = fc.constantFrom("message/cpim", "text/plain", "message/imdn+xml", "*", "text/*");
    const media = fc
      .record({
        host,
        port: fc.integer({ min: 1, max: 65535 }),
        tls: fc.boolean(),
        ids: fc.array(fc.stringMatching(/^[a-z0-9]{8,32}$/), { minLength: 1, maxLength: 4 }),
        setup: fc.constantFrom("active" as const, "passive" as const, "actpass" as const),
        acceptTypes: fc.array(type, { minLength: 1, maxLength: 4 }),
        acceptWrappedTypes: fc.array(type, { maxLength: 4 }),
        chatroom: fc.option(fc.subarray(["nickname", "private-messages"])),
        direction: fc.constantFrom(
          "sendrecv" as const,
          "sendonly" as const,
          "recvonly" as const,
          "inactive" as const,
        ),
      })
      .map(({ ids, ...rest }): MsrpMedia => ({
        ...rest,
        path: ids.map((id) => `${rest.tls ? "msrps" : "msrp"}://${rest.host}:${rest.port}/${id};tcp`),
      }));
    fc.assert(
      fc.property(media, (m) => {
        expect(parseMsrpSdp(formatMsrpSdp(m, 1))).toEqual(m);
      }),
    );
  });
});
