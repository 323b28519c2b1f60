/**
 * Chats with people whose telephone has no MSRP: Alice is at a browser, Bob at a baresip or a linphone of Debian, which
 * registers at Kamailio over TCP. Text goes both ways by SIP MESSAGE, and Alice sees what became of hers.
 */
import { demoPeople } from "../../src/server/network/accounts.ts";
import type { KamailioNetwork } from "../../src/testing/kamailio-network.ts";
import {
  startOtherPhone,
  whyNo,
  type OtherPhone,
  type OtherPhoneName,
} from "../../src/testing/other-phones.ts";
import { openPhone } from "../../src/testing/raw-phone.ts";
import { header, parseSip, type SipRequest } from "../../src/wire/sip.ts";
import { saidBy } from "../people.ts";
import type { Person } from "../person.ts";
import { expect, test as base } from "./kamailio.ts";

const startBobs = (program: OtherPhoneName, { kamailio, domain }: KamailioNetwork): Promise<OtherPhone> =>
  startOtherPhone(program, {
    port: kamailio.ports[2],
    domain,
    user: "bob",
    password: demoPeople.find(({ user }) => user === "bob")?.password ?? "",
    peer: `sip:alice@${domain}`,
  });

const test = base.extend<{ program: OtherPhoneName; telephone: OtherPhone }>({
  program: ["baresip", { option: true }],
  telephone: async ({ network, program }, provide, testInfo) => {
    const phone = await startBobs(program, network);
    await provide(phone);
    await phone.stop();
    if (testInfo.status === testInfo.expectedStatus) return;
    const hops = network.trace.sip.map(({ from, to, message }) => `${from} → ${to}\n${message}`);
    await testInfo.attach("what went over the wires", { body: hops.join("\n\n"), contentType: "text/plain" });
    await testInfo.attach("what the telephone printed", { body: phone.printed(), contentType: "text/plain" });
  },
});

/** Opens the chat with Bob, who is at no browser. */
async function openBob(alice: Person): Promise<void> {
  await alice.signIn();
  await alice.press("Chat with Bob Lindqvist");
  await expect(alice.field).toBeVisible();
}

/** The requests that left Alice's browser, by method and Content-Type. */
const requestsOf = (network: KamailioNetwork): readonly string[] =>
  network.trace.sip
    .filter(({ from }) => from === "alice")
    .map(({ message }) => parseSip(message))
    .filter((one): one is SipRequest => one.kind === "request")
    .filter(({ method }) => method === "INVITE" || method === "MESSAGE")
    .map((one) => `${one.method} ${header(one, "Content-Type")?.split(";")[0]}`);

const installed = (["baresip", "linphonec"] as const).filter((program) => whyNo(program) === null);

for (const program of installed.filter((one) => one === "linphonec"))
  test.describe(`${program}, deflated`, () => {
    test.use({ program, doors: true, tcp: true });

    test("what linphone says of a text it can’t read is inflated by the browser that hears it", async ({
      network,
      telephone,
      alice,
    }) => {
      await alice.signIn();
      // Written at no device of Alice's that can be reached, so that her browser alone hears what becomes of it.
      const other = await openPhone(network.kamailio.port, "alice", { path: "/ws" });
      await other.register();
      await other.register({ more: [["Expires", "0"]] });
      const unreadable = [
        'From: "Alice" <sip:alice@segue.example>',
        "To: <sip:bob@segue.example>",
        "",
        "Content-Type: text/plain",
        "",
        "Hi.",
      ];
      const more = [["Content-Type", "message/cpim"]] as const;
      other.send(other.request("MESSAGE", "sip:bob@segue.example", { more, body: unreadable.join("\r\n") }));
      expect((await other.takeResponse("MESSAGE")).status).toBe(488);
      const answersToMessages = (): readonly string[] =>
        saidBy(network, "alice", "PF alice").filter((line) => line.startsWith("SIP/2.0 "));
      await expect.poll(answersToMessages).toEqual(["SIP/2.0 200 OK"]);
      const [notification] = network.trace.sip.filter(({ message }) =>
        message.startsWith("MESSAGE sip:alice"),
      );
      expect(notification?.message).toMatch(/^Content-Encoding: deflate$/im);
      expect(telephone.texts()).toEqual([]);
      await other.close();
    });
  });

for (const program of installed) {
  test.describe(program, () => {
    test.use({ program, doors: true, tcp: true });

    test("what Alice writes first is read there, in order, and what is answered is in the chat", async ({
      network,
      telephone,
      alice,
    }) => {
      await openBob(alice);
      await alice.say("Hé Bob, 你好.");
      await telephone.reads("Hé Bob, 你好.");
      await alice.say("Second.");
      await alice.say("Third.");
      await telephone.reads("Third.");
      expect(telephone.texts()).toEqual(["Hé Bob, 你好.", "Second.", "Third."]);
      await expect(alice.chat.getByText("Delivered")).toBeVisible();
      await expect(alice.chat.getByText("Sent as plain messages")).toBeVisible();
      await expect(alice.thread.getByText(/Not sent|Sending/)).toHaveCount(0);

      telephone.says("Good evening, Alice.");
      await alice.sees("Good evening, Alice.");
      await alice.say("And to you.");
      await telephone.reads("And to you.");

      // One INVITE asked, and what was answered to it and to CPIM is remembered.
      const once =
        program === "baresip"
          ? ["INVITE application/sdp", "MESSAGE message/cpim"]
          : ["INVITE application/sdp"];
      const form = program === "baresip" ? "MESSAGE text/plain" : "MESSAGE message/cpim";
      expect(requestsOf(network)).toEqual([...once, form, form, form, form]);
    });

    test("what Bob writes first comes from Bob, and is answered the same way", async ({
      network,
      telephone,
      alice,
    }) => {
      await alice.signIn();
      telephone.says("Are you there?");
      await alice.row("Bob Lindqvist").click();
      await alice.sees("Are you there?");
      await expect(alice.chat.getByText("Sent as plain messages")).toBeVisible();
      await alice.say("I am.");
      await telephone.reads("I am.");
      await expect(alice.chat.getByText("Delivered")).toBeVisible();
      expect(requestsOf(network)).toEqual(["MESSAGE text/plain"]);
    });

    test("when Bob’s telephone is gone a text has failed, and goes on request when it is back", async ({
      network,
      telephone,
      alice,
    }) => {
      await openBob(alice);
      await alice.say("One.");
      await telephone.reads("One.");
      await expect(alice.chat.getByText("Delivered")).toBeVisible();
      await telephone.stop();
      await alice.say("Two.");
      await expect(alice.thread.getByText("Not sent · Not reachable right now")).toBeVisible();
      const back = await startBobs(program, network);
      await alice.chat.getByRole("button", { name: "Retry sending" }).click();
      await back.reads("Two.");
      await expect(alice.chat.getByText("Delivered")).toBeVisible();
      expect(back.texts()).toEqual(["Two."]);
      await back.stop();
    });

    test("Carol is added: Bob’s telephone can’t join, and it is said; the two are a group", async ({
      telephone,
      alice,
      carol,
    }) => {
      await carol.signIn();
      await openBob(alice);
      await alice.say("Shall we ask Carol?");
      await telephone.reads("Shall we ask Carol?");
      await alice.addPeople([carol]);
      await carol.join(alice);
      await carol.say("Here I am.");
      await alice.sees("Here I am.", /Bob: Can’t join groups/);
      await expect(alice.row("Bob Lindqvist")).toContainText("Shall we ask Carol?");
      expect(carol.received()).not.toContain("Shall we ask Carol?");
      expect(telephone.texts()).toEqual(["Shall we ask Carol?"]);
    });
  });
}
