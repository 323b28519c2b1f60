/**
 * Kamailio behind nginx, as an operator has them: `npm run check` over wss passes every line, and what is forgotten in
 * nginx.conf is named with what to change.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { testCertificate } from "./certificates.ts";
import { checkProgram, type Ended } from "./check-program.ts";
import { startBehindNginx, whyNotBehindNginx, type BehindNginx } from "./kamailio-behind-nginx.ts";

// Each check is a process of its own, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const trusting = { NODE_EXTRA_CA_CERTS: testCertificate.certFile };

describe.skipIf(whyNotBehindNginx !== null)(
  `Kamailio behind nginx${whyNotBehindNginx === null ? "" : `: ${whyNotBehindNginx}`}`,
  () => {
    let behind: BehindNginx;
    beforeAll(async () => {
      behind = await startBehindNginx();
    });
    afterAll(() => behind?.stop());

    /** As a page of that server would ask. */
    const check = (server: string, of = behind, env: Readonly<Record<string, string>> = trusting) =>
      checkProgram(["--server", server, "--user", `sip:alice@${of.network.domain}`, "--page", of.url], env);
    const wss = (path: string, of = behind): string => new URL(path, of.url).href.replace(/^http/, "ws");

    it("passes every line over wss", async () => {
      const { code, said } = await check(wss("/ws"));
      expect([code, said]).toEqual([0, expect.stringMatching(/\nAll 12 checks passed\.\n$/)]);
      expect(said).toMatch(/^passed {5}TLS: TLSv1\.3, certificate of localhost until /m);
      expect(said).toMatch(/MSRP over WebSocket: wss:\/\/localhost:[0-9]+\/ws opened/);
      expect(said).toContain(`A path through the relay: msrps://localhost:${behind.nginx.port}/`);
    });

    it("passes every line with npm run relay behind the same nginx, which is found there", async () => {
      const beside = await startBehindNginx({ relayBeside: true });
      const { code, said } = await check(wss("/ws", beside), beside);
      await beside.stop();
      expect([code, said]).toEqual([0, expect.stringMatching(/\nAll 12 checks passed\.\n$/)]);
      expect(said).toMatch(/MSRP over WebSocket: wss:\/\/localhost:[0-9]+\/msrp opened/);
    });

    const failed = ({ said }: Ended): readonly string[] =>
      [...said.matchAll(/^failed {5}([^:\n]*)/gm)].map(([, name = ""]) => name);

    it("a certificate that nobody trusts, an address without TLS, and TLS that is not asked for", async () => {
      const self = await check(wss("/ws"), behind, {});
      expect(failed(self)).toEqual(["TLS"]);
      expect(self.said).toMatch(/it is signed by itself\.\n.*Install a certificate for this very name/);

      const plain = `wss://localhost:${behind.nginx.plainPort}/ws`;
      const none = await check(plain);
      expect(failed(none)).toEqual(["TLS"]);
      expect(none.said).toMatch(/No TLS comes about: what answers there is not TLS\.\n.*Correct the port/);
      // The port of an app that sends everybody on to https.
      const open = await check(plain.replace("wss:", "ws:"));
      expect(open.said).toMatch(
        /answers 301 and sends to https:.*\n.*no WebSocket follows\.\n.*with wss:\/\/ in place/,
      );
      const unasked = await check(wss("/ws").replace("wss:", "ws:"));
      expect(unasked.said).toMatch(/answers 400.*where TLS is expected\.\n.*with wss:\/\/ if it expects TLS/);
    });

    it.each([
      [
        "its Upgrade header",
        /^\t\tproxy_set_header (?:Upgrade|Connection) .*\n/gm,
        "",
        /answers 404 where a WebSocket is expected\.\n.*its Upgrade and Connection headers with it/,
      ],
      [
        "the subprotocol",
        "proxy_http_version 1.1;",
        'proxy_http_version 1.1; proxy_set_header Sec-WebSocket-Protocol "";',
        /answers 400.*\n.*has to pass Upgrade, Connection and Sec-WebSocket-Protocol on/,
      ],
      [
        "the subprotocol that is answered",
        "proxy_http_version 1.1;",
        "proxy_http_version 1.1; proxy_hide_header Sec-WebSocket-Protocol;",
        /does not answer the subprotocol “sip” there\.\n.*has to pass Sec-WebSocket-Protocol on, both ways/,
      ],
      [
        "where Kamailio is",
        "proxy_pass http://127.0.0.1:5066;",
        "proxy_pass http://127.0.0.1:1; # not 5066",
        /answers 502: it does not reach the server behind it.*\n.*proxy_pass/,
      ],
      [
        "to leave the path open",
        "proxy_http_version 1.1;",
        'proxy_http_version 1.1; auth_basic "staff"; auth_basic_user_file /dev/null;',
        /asks for a password of its own \(401\).*\n.*Have it ask for none on this path/,
      ],
      [
        "that people come from everywhere",
        "proxy_http_version 1.1;",
        "proxy_http_version 1.1; deny all;",
        /answers 403.*pages of https:\/\/localhost:[0-9]+\.\n.*Add https:.*look for a rule of the web server/,
      ],
      [
        "the path",
        "location = /ws {",
        "location = /elsewhere {",
        /answers 404 where a WebSocket is expected\.\n.*Correct the path of the URL/,
      ],
    ])("an nginx.conf that forgets %s", async (_what, from, to, says) => {
      const nginx = await behind.another((text) => text.replace(from, to));
      const ended = await check(`wss://localhost:${nginx.port}/ws`);
      expect(failed(ended)[0]).toBe("SIP over WebSocket");
      expect(ended.said).toMatch(/^passed {5}TLS: TLSv1\.3, certificate of localhost/m);
      expect(ended.said).toMatch(says);
      expect(ended.code).toBe(1);
    });
  },
);
