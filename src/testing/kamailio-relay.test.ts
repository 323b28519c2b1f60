/**
 * What our Kamailio relays and what it does not, by clients ruder than the endpoint: nothing before AUTH, nothing on
 * somebody else's path, nothing to other addresses.
 */
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sessionIdOf } from "../wire/msrp-uri.ts";
import { formatFrame } from "../wire/msrp.ts";
import { focusUser, demoPeople } from "../server/network/accounts.ts";
import { startKamailio, whyNoKamailio, type Kamailio } from "./kamailio.ts";
import { openRawRelayClient, type RawRelayClient } from "./raw-relay-client.ts";

describe.skipIf(whyNoKamailio !== null)(
  `MSRP on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let kamailio: Kamailio;
    const clients: RawRelayClient[] = [];

    beforeAll(async () => {
      kamailio = await startKamailio({ domain: "segue.example", focusUser, people: demoPeople, origins: [] });
    });
    afterEach(() => {
      for (const client of clients.splice(0)) client.close();
    });
    afterAll(() => kamailio?.stop());

    async function open(user: string): Promise<RawRelayClient> {
      const client = await openRawRelayClient(kamailio.url, user);
      clients.push(client);
      return client;
    }
    async function withPath(user: string): Promise<RawRelayClient & { readonly path: string }> {
      const client = await open(user);
      return { ...client, path: String(await client.auth()) };
    }
    async function statusOf(
      client: RawRelayClient,
      frame: ReturnType<RawRelayClient["frame"]>,
    ): Promise<number> {
      client.send(frame);
      return (await client.answerTo(frame))?.status ?? 0;
    }

    it("gives paths that nobody guesses, another for each session, the same again for a renewal", async () => {
      const alice = await withPath("alice");
      const second = await alice.auth("alice", "msrp://a.invalid:2855/another;ws");
      const ids = [alice.path, second].map((uri) => sessionIdOf(String(uri)) ?? "");
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{48}$/);
      expect(ids[0]?.slice(0, 32)).not.toBe(ids[1]?.slice(0, 32));
      expect(await alice.auth()).toBe(alice.path);
      expect(alice.path).toBe(`msrp://127.0.0.1:${kamailio.port}/${ids[0]};tcp`);
    });

    it("refuses a wrong password, and somebody it does not know", async () => {
      const alice = await open("alice");
      expect(await alice.auth("guess")).toBe(401);
      expect(await (await open("mallory")).auth()).toBe(401);
      expect(await alice.auth()).toMatch(/^msrp:/);
    });

    it("carries what is said and its report, over both paths", async () => {
      const [alice, bob] = [await withPath("alice"), await withPath("bob")];
      const frame = alice.frame([alice.path, bob.path, bob.own], "hello");
      expect(await statusOf(alice, frame)).toBe(200);
      const got = await bob.next();
      expect(got.toPath).toEqual([bob.own]);
      expect(got.fromPath).toEqual([bob.path, alice.path, alice.own]);
      bob.send(bob.frame(got.fromPath, "", { method: "REPORT", contentType: null, body: null }));
      expect((await alice.next()).method).toBe("REPORT");
    });

    it("takes nothing from a connection that has not sent AUTH, whatever path it names", async () => {
      const [alice, bob] = [await withPath("alice"), await withPath("bob")];
      for (const path of [
        [bob.path, bob.own],
        [alice.path, bob.path, bob.own],
      ]) {
        const rude = await open("carol");
        expect(await statusOf(rude, rude.frame(path, "hello"))).toBe(403);
        await rude.closed;
      }
      expect(await statusOf(alice, alice.frame([alice.path, bob.path, bob.own], "first"))).toBe(200);
      expect(Buffer.from((await bob.next()).body ?? []).toString()).toBe("first");
    });

    it("takes nothing on another's path, nothing in another's name, nothing past the sender's own path", async () => {
      const [alice, bob, carol] = [await withPath("alice"), await withPath("bob"), await withPath("carol")];
      const asAlice = carol.frame([alice.path, bob.path, bob.own], "x", { fromPath: [alice.own] });
      expect(await statusOf(carol, asAlice)).toBe(481);
      expect(await statusOf(carol, carol.frame([alice.path, bob.path, bob.own], "x"))).toBe(481);
      const named = carol.frame([carol.path, bob.path, bob.own], "x", { fromPath: [alice.own] });
      expect(await statusOf(carol, named)).toBe(481);
      expect(await statusOf(carol, carol.frame([bob.path, bob.own], "x"))).toBe(481);
      const twice = carol.frame([carol.path, bob.path, bob.own], "x", { fromPath: [carol.own, alice.own] });
      expect(await statusOf(carol, twice)).toBe(481);
      expect(await statusOf(carol, carol.frame([carol.path, bob.path, bob.own], "ok"))).toBe(200);
      expect(Buffer.from((await bob.next()).body ?? []).toString()).toBe("ok");
    });

    it("opens no connection to an address that a client names", async () => {
      const alice = await withPath("alice");
      for (const next of [
        "msrp://127.0.0.1:22/x;tcp",
        "msrp://192.0.2.1:2855/x;tcp",
        "msrps://127.0.0.1:443/x;tcp",
      ])
        expect(
          await statusOf(alice, alice.frame([alice.path, next, "msrp://b.invalid:2855/y;ws"], "x")),
        ).toBe(403);
    });

    it("knows at once that a reader is gone", async () => {
      const [alice, bob] = [await withPath("alice"), await withPath("bob")];
      bob.close();
      await bob.closed;
      let status = 200;
      while (status === 200)
        status = await statusOf(alice, alice.frame([alice.path, bob.path, bob.own], "still there?"));
      expect(status).toBe(481);
      const never = `${bob.path.replace(/[0-9a-f]{48}/, "0".repeat(48))}`;
      expect(await statusOf(alice, alice.frame([alice.path, never, bob.own], "x"))).toBe(481);
    });

    it("MSRP without a WebSocket is for the relay itself", async () => {
      const bob = await withPath("bob");
      const socket = connect(kamailio.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        formatFrame(
          bob.frame([bob.path, bob.own], "from outside", { fromPath: ["msrp://x.invalid:1/y;tcp"] }),
        ),
      );
      const alice = await withPath("alice");
      expect(await statusOf(alice, alice.frame([alice.path, bob.path, bob.own], "from inside"))).toBe(200);
      expect(Buffer.from((await bob.next()).body ?? []).toString()).toBe("from inside");
      socket.destroy();
    });

    it("answers 413 to a frame that is too large for it, and takes chunks of 8 KB of whatever bytes", async () => {
      const [alice, bob] = [await withPath("alice"), await withPath("bob")];
      const bytes = new Uint8Array(8192).map((_, at) => (at * 7) % 256);
      expect(await statusOf(alice, alice.frame([alice.path, bob.path, bob.own], bytes))).toBe(200);
      expect(Buffer.compare((await bob.next()).body ?? new Uint8Array(0), bytes)).toBe(0);
      expect(
        await statusOf(alice, alice.frame([alice.path, bob.path, bob.own], new Uint8Array(12_000))),
      ).toBe(413);
    });
  },
);
