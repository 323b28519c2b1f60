/**
 * "Check this server" against our Kamailio: every line passes, and each thing that an operator can get wrong is named
 * by one line and by no other.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { demoPeople, focusUser } from "../server/network/accounts.ts";
import { aliceAt, checked } from "./check-over-sockets.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { withoutRelay } from "./relay-beside.ts";
import { startKamailio, whyNoKamailio, type Kamailio, type KamailioOptions } from "./kamailio.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const domain = "segue.example";
const options: KamailioOptions = { domain, focusUser, people: demoPeople, origins: [] };
const targetOf = (server: string, relay = server) => ({ ...aliceAt(domain), server, relay });

/** One line of the configuration is another; a test that changes nothing is none. */
const without =
  (wanted: string, from: string | RegExp, to: string): NonNullable<KamailioOptions["change"]> =>
  (file, text) => {
    if (file !== wanted) return text;
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} has no ${from}`);
    return changed;
  };

describe.skipIf(whyNoKamailio !== null)(
  `the check of a server, on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    const others: { stop(): Promise<void> }[] = [];
    beforeAll(async () => {
      network = await startKamailioNetwork();
    });
    afterAll(async () => {
      await Promise.all(others.map((one) => one.stop()));
      await network.stop();
    });

    async function another(change: KamailioOptions["change"], more = {}): Promise<Kamailio> {
      const kamailio = await startKamailio({
        ...options,
        ...more,
        ...(change === undefined ? {} : { change }),
      });
      others.push(kamailio);
      return kamailio;
    }
    async function anotherNetwork(change: NonNullable<KamailioOptions["change"]>): Promise<KamailioNetwork> {
      const one = await startKamailioNetwork({ change });
      others.push(one);
      return one;
    }

    it("passes every line, and the text says what was measured", async () => {
      const { wrong, text } = await checked(targetOf(network.kamailio.url));
      expect(wrong).toEqual({});
      expect(text).toMatch(/MD5, qop auth/);
      expect(text).toMatch(/with a GRUU/);
      expect(text).toMatch(/64 KB in 8 chunks.*one chunk of 10 KB passes, 12 KB does not \(answered 413\)/);
      expect(text).toMatch(/200 OK, isfocus, recipient-list-invite/);
      expect(text).toMatch(/INVITE of 4[78] KB passes: [0-9]{3} people at once; .* \(answered 513\)/);
    });

    it("passes every line with npm run relay in place of its own relay", async () => {
      const beside = await startKamailioNetwork({ relayBeside: true });
      others.push(beside);
      const { wrong } = await checked(targetOf(beside.kamailio.url, beside.relay?.url ?? ""));
      expect(wrong).toEqual({});
    });

    it("a password that is wrong: REGISTER says so, and nothing behind it is tried with it", async () => {
      const { wrong } = await checked({ ...targetOf(network.kamailio.url), password: "guess" });
      expect(wrong).toEqual({
        register: "password",
        auth: "not tried: register",
        loop: "not tried: register",
        factory: "not tried: register",
        unchanged: "not tried: register",
        identity: "not tried: register",
        size: "not tried: register",
      });
    });

    it("no relay: its WebSocket is named, and what goes through it is not tried", async () => {
      const relay = await another(withoutRelay);
      const { wrong, text } = await checked(targetOf(network.kamailio.url, relay.url));
      expect(wrong).toEqual({ relay: "bad-request", auth: "not tried: relay", loop: "not tried: relay" });
      expect(text).toMatch(/A server that has no relay takes npm run relay beside it\./);
    });

    it("a relay whose paths say TLS where there is none", async () => {
      const relay = await another(without("local.cfg", "!SEGUE_SCHEME!msrp!", "!SEGUE_SCHEME!msrps!"));
      const { wrong } = await checked(targetOf(network.kamailio.url, relay.url));
      expect(wrong).toEqual({ auth: "scheme", loop: "not tried: auth" });
    });

    it("a relay whose paths name another host than it knows itself by", async () => {
      const relay = await another(
        without("msrp.cfg", 'msrpuri.host}) != "SEGUE_HOST"', 'msrpuri.host}) != "x"'),
      );
      const { wrong, text } = await checked(targetOf(network.kamailio.url, relay.url));
      expect(wrong).toEqual({ loop: "refused" });
      expect(text).toMatch(/answered 403/);
    });

    it("a factory that has an account and nobody signed in, and one that nobody knows", async () => {
      const people = [...demoPeople, { user: focusUser, name: "", password: "x" }];
      const absent = await another(undefined, { people });
      const away = await checked(targetOf(absent.url));
      expect(away.wrong).toEqual({ factory: "absent" });
      const none = await another(undefined);
      const missing = await checked(targetOf(none.url));
      expect(missing.wrong).toEqual({ factory: "missing" });
      const wrongOne = await checked({ ...targetOf(network.kamailio.url), factory: `sip:bob@${domain}` });
      expect(wrongOne.wrong).toEqual({ factory: "absent" });
    });

    it("little room for a message (tcp_rd_buf_size): the largest INVITE is named, and how many fit", async () => {
      const small = await anotherNetwork(
        without("kamailio.cfg", /^tcp_rd_buf_size=.*$/m, "tcp_rd_buf_size=6000"),
      );
      const { wrong, text } = await checked(targetOf(small.kamailio.url, network.kamailio.url));
      expect(wrong).toEqual({ size: "small" });
      expect(text).toMatch(/At most [0-9]{2} people can be added at once/);
      expect(text).toMatch(/does not \(the connection was closed\)/);
      // The relay of the same Kamailio has as little room, which is another line's to say.
      const both = await checked(targetOf(small.kamailio.url));
      expect(both.wrong).toEqual({ loop: "closed", size: "small" });
      expect(both.text).toMatch(/one chunk of 4 KB passes, 8 KB does not/);
    });

    it("a limit of its own for one SIP message", async () => {
      const strict = await anotherNetwork(without("sip.cfg", "$ml > 49152", "$ml > 6000"));
      const { wrong, text } = await checked(targetOf(strict.kamailio.url));
      expect(wrong).toEqual({ size: "small" });
      expect(text).toMatch(/does not \(answered 513\)/);
      expect(text).toMatch(/Raise the server’s limit for one SIP message\./);
    });

    it("a header taken out, and one rewritten", async () => {
      const strips = await anotherNetwork(
        without("sip.cfg", 'remove_hf("Proxy-Authorization");', 'remove_hf("Session-Replaces");'),
      );
      const stripped = await checked(targetOf(strips.kamailio.url));
      expect(stripped.wrong).toEqual({ unchanged: "headers" });
      expect(stripped.text).toMatch(/takes out Session-Replaces\./);
      const rewrites = await anotherNetwork(
        without(
          "sip.cfg",
          'remove_hf("Proxy-Authorization");',
          'if (is_present_hf("Subject")) { remove_hf("Subject"); append_hf("Subject: another\\r\\n"); }',
        ),
      );
      const rewritten = await checked(targetOf(rewrites.kamailio.url));
      expect(rewritten.wrong).toEqual({ unchanged: "headers" });
      expect(rewritten.text).toMatch(/changes Subject\./);
    });

    it("a sender that the server does not name, and one that names itself", async () => {
      const silent = await anotherNetwork(
        without("sip.cfg", /append_hf\("P-Asserted-Identity/g, 'append_hf("X-Nobody'),
      );
      expect((await checked(targetOf(silent.kamailio.url))).wrong).toEqual({ identity: "nobody" });
      const trusting = await anotherNetwork(without("sip.cfg", 'remove_hf("Referred-By");', ""));
      const { wrong, text } = await checked(targetOf(trusting.kamailio.url));
      expect(wrong).toEqual({ identity: "claims" });
      expect(text).toMatch(/Referred-By of a user passes/);
    });

    it("a registrar without GRUUs: a question goes round in place of an INVITE, and rings nowhere", async () => {
      const plain = await anotherNetwork(without("kamailio.cfg", '"gruu_enabled", 1', '"gruu_enabled", 0'));
      const { wrong, text } = await checked(targetOf(plain.kamailio.url));
      expect(wrong).toEqual({});
      expect(text).toMatch(/without a GRUU/);
      expect(text).toMatch(/OPTIONS of .* came back/);
    });

    it("an INVITE with Replaces that is answered on the way", async () => {
      const between = await anotherNetwork(
        without(
          "sip.cfg",
          'remove_hf("Proxy-Authorization");',
          'if (is_method("INVITE") && is_present_hf("Replaces")) { sl_send_reply("481", "No Such Dialog"); exit; }',
        ),
      );
      const target = targetOf(between.kamailio.url);
      expect((await checked(target)).wrong).toEqual({ unchanged: "replaces" });
      expect((await checked({ ...target, behindB2bua: true })).wrong).toEqual({});
    });

    it("a page that it does not accept, asked as that page would", async () => {
      const { nodePlatform } = await import("../check/node-platform.ts");
      const platform = nodePlatform("http://elsewhere.example/chat/");
      const { wrong } = await checked(targetOf(network.kamailio.url), { platform });
      expect(wrong).toMatchObject({ sip: "origin" });
    });
  },
);
