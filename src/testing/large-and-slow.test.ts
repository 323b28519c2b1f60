/**
 * Much text, and somebody who does not read: the same on the box and on Kamailio, with real clients on real sockets.
 * What bounds a reader who has stalled is what is not reported yet (decision 24); nobody else may notice.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startBox } from "../server/network-in-a-box.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { invitationAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, messagesOf } from "./headless-state.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Network = { readonly url: string; stop(): Promise<void> };

/** Of as many bytes, in characters of one to four bytes, so that chunks end within some. */
function textOf(bytes: number, name: string): string {
  const line = `${name}: lorem ïpsum 👋 dolor — sit amet\n`;
  return line.repeat(Math.ceil(bytes / Buffer.byteLength(line)));
}

const megabytes = 1_000_000;

const networks = [
  { name: "the box", why: null, start: (): Promise<Network> => startBox() },
  { name: "Kamailio", why: whyNoKamailio, start: (): Promise<Network> => startKamailioNetwork() },
];

describe.each(networks)("on $name", ({ why, start }) => {
  describe.skipIf(why !== null)(`${why ?? "in a group of three"}`, () => {
    let network: Network;
    let alice: HeadlessPerson;
    let bob: HeadlessPerson;
    let carol: HeadlessPerson;

    beforeAll(async () => {
      network = await start();
    });
    beforeEach(async () => {
      [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"], { limitMs: 40_000 });
      const chat = await talkInPrivate(alice, bob);
      alice.actions.addPeople(chat.id, [carol.address], null);
      carol.actions.join((await invitationAt(carol)).id);
      await talkInGroup([alice, bob, carol], "what is to come");
    });
    afterEach(() => stopPeople([alice, bob, carol]));
    afterAll(() => network?.stop());

    it("5 MB of text arrive whole at everybody", async () => {
      const text = textOf(5 * megabytes, "all of it");
      alice.say(await alice.group(), text);
      const [, atBob, atCarol] = await Promise.all([alice.sent(text), bob.read(text), carol.read(text)]);
      expect([atBob.text.length, atCarol.text.length]).toEqual([text.length, text.length]);
    });

    it("a reader who stalls loses nothing and slows nobody", async () => {
      const resume = carol.tap.stall("msrp");
      const said: string[] = [];
      for (const name of ["first", "second", "third", "fourth"]) {
        const text = textOf(megabytes, name);
        said.push(text, `after the ${name}`);
        alice.say(await alice.group(), text);
        alice.say(await alice.group(), `after the ${name}`);
        await bob.read(`after the ${name}`);
        bob.say(await bob.group(), `${name} read`);
        said.push(`${name} read`);
        await alice.read(`${name} read`);
      }
      const group = groupIn(carol.state(), "open");
      expect(group === null ? [] : messagesOf(group).filter(({ text }) => said.includes(text))).toEqual([]);

      resume();
      await carol.read("fourth read");
      const read = messagesOf(await carol.group()).map(({ text }) => text);
      expect(read.filter((text) => said.includes(text)).map((text) => text.slice(0, 20))).toEqual(
        said.map((text) => text.slice(0, 20)),
      );
    });
  });
});
