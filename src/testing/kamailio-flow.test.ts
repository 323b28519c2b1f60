/**
 * `--contact flow`: groups are reached by the focus's own device address, as where a server routes no `;conf=`
 * addresses; and `--max-members`.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPeople, stopPeople } from "./headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { whyNoKamailio } from "./kamailio.ts";

describe.skipIf(whyNoKamailio !== null)(
  `by flow${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let network: KamailioNetwork;
    beforeAll(async () => {
      network = await startKamailioNetwork({ contact: "flow", maxMembers: 3 });
    });
    afterAll(() => network?.stop());

    it("a group comes about and is told who is in it, with the GRUU of the focus in Contact", async () => {
      const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"]);
      try {
        const chat = await talkInPrivate(alice, bob);
        alice.actions.addPeople(chat.id, [carol.address], null);
        await joinsAt(carol);
        await talkInGroup([alice, bob, carol], "the way");
        const contacts = network.trace.sip
          .filter(({ from, message }) => from === "X" && message.startsWith("INVITE"))
          .map(({ message }) => /^Contact: <([^>]*)>/im.exec(message)?.[1]);
        expect(contacts).toHaveLength(2);
        for (const contact of contacts)
          expect(contact).toMatch(
            /^sip:conference-factory@segue\.example;gr=urn:uuid:[0-9a-f-]+;conf=[0-9a-f-]+$/,
          );
      } finally {
        await stopPeople([alice, bob, carol]);
      }
    });

    it("one person more than a group may have is refused, and the private chat stands", async () => {
      const [alice, bob] = await startPeople(network, ["alice", "bob"]);
      try {
        const chat = await talkInPrivate(alice, bob);
        const more = ["carol", "dave"].map((user) => `sip:${user}@${network.domain}`);
        alice.actions.addPeople(chat.id, more, null);
        await alice.until("the refusal", ({ chats }) =>
          Object.values(chats).some(({ failure }) => failure !== null),
        );
        alice.say(alice.chatWith(bob), "still here");
        expect((await bob.read("still here")).from.address).toBe(alice.address);
      } finally {
        await stopPeople([alice, bob]);
      }
    });
  },
);
