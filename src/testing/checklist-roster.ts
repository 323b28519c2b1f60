/**
 * CEV at the real client: what it makes of documents on who is in its group (RFC 4575 §4.4 to §4.6), said by somebody in
 * the network's place within the subscription that stands.
 */
import { freshId } from "../server/system.ts";
import type { Ground, Watched } from "./checklist-ground.ts";
import type { Row } from "./checklist-row.ts";
import { groupIn } from "./headless-state.ts";
import { invitationAt } from "./headless-stage.ts";

type Subscribed = {
  readonly alice: Watched;
  readonly bob: Watched;
  /** The next document, its version counted from that of the last real one; the status that answers it. */
  readonly say: (newer: number, state: State, users: readonly string[], more?: Written) => Promise<string>;
};

type State = "full" | "partial" | "deleted";
type Written = {
  /** Of the `users` element, where it is another than the document's. */
  readonly usersState?: State;
  /** Stands before the document. */
  readonly prologue?: string;
  /** Instead of the tag of the focus. */
  readonly fromTag?: string;
};

const notifies = (bob: Watched): readonly string[] =>
  bob.seen.flatMap(({ way, text }) => (way === "in" && text.startsWith("NOTIFY ") ? [text] : []));

async function subscribed(at: Ground): Promise<Subscribed> {
  const { alice, bob, carol } = await at.ownTalks();
  alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
  await Promise.all([alice.group(), bob.group(), invitationAt(carol)]);
  await bob.until("the roster", (state) => (groupIn(state, "open")?.members.length ?? 0) >= 3);
  const intruder = bob.tap.pretend("sip", (text) => text.includes("branch=z9hG4bKroster"));
  let cseq = 1_000;
  const say: Subscribed["say"] = async (newer, state, users, more = {}) => {
    // What the client has read by now: the next one comes after ours.
    const last = notifies(bob).at(-1) ?? "";
    const [, entity = "", version = "0"] = /entity="([^"]+)"[^>]*?version="([0-9]+)"/s.exec(last) ?? [];
    const body = [
      more.prologue ?? "",
      `<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="${entity}" state="${state}" version="${Number(version) + newer}">`,
      `<users state="${more.usersState ?? (state === "partial" ? "partial" : "full")}">`,
      ...users.map(
        (user) =>
          `<user entity="${user}" state="full"><endpoint entity="${user}"><status>connected</status></endpoint></user>`,
      ),
      "</users></conference-info>",
    ].join("");
    const id = freshId();
    const head = last
      .slice(0, last.indexOf("\r\n\r\n"))
      .replace(/^(From: .*;tag=)(.*)$/m, (_, from, tag) => `${from}${more.fromTag ?? tag}`);
    intruder.say(
      `${head
        .replace(/branch=z9hG4bK[^\r\n;]*/, `branch=z9hG4bKroster${id}`)
        .replace(/^CSeq: .*$/m, `CSeq: ${(cseq += 1)} NOTIFY`)
        .replace(/^Content-Length: .*$/m, `Content-Length: ${Buffer.byteLength(body)}`)}\r\n\r\n${body}`,
    );
    return (await intruder.answer((text) => text.includes(id))).slice(8, 11);
  };
  return { alice, bob, say };
}

const listed = (bob: Watched, user: string): string =>
  groupIn(bob.state())?.members.some(({ address }) => address === user) === true ? "listed" : "not listed";

const stranger = "sip:mallory@segue.example";

const subscribes = (bob: Watched): number =>
  bob.seen.filter(({ way, text }) => way === "out" && text.startsWith("SUBSCRIBE ")).length;

export const rosterRows: readonly Row[] = [
  {
    id: "CEV-3",
    what: "a document that is not newer is not looked at",
    expected: "200, not listed",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      return `${await say(0, "full", [bob.address, stranger])}, ${listed(bob, stranger)}`;
    },
  },
  {
    id: "CEV-4",
    what: "a newer full one takes the place of what was known",
    expected: "200, listed",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      return `${await say(3, "full", [bob.address, stranger])}, ${listed(bob, stranger)}`;
    },
  },
  {
    id: "CEV-5",
    what: "a partial one after a gap: the client asks for a full one, and does not use it",
    expected: "200, not listed, asked once more",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      const before = subscribes(bob);
      const status = await say(7, "partial", [stranger]);
      const here = listed(bob, stranger);
      await bob.sees("that it asks", () => subscribes(bob) > before || undefined);
      return `${status}, ${here}, asked once more`;
    },
  },
  {
    id: "CEV-6",
    what: "a partial one in turn: whom it names is new, and all others stay",
    expected: "200, listed, Alice listed",
    see: async (at) => {
      const { alice, bob, say } = await subscribed(at);
      const status = await say(1, "partial", [stranger]);
      return `${status}, ${listed(bob, stranger)}, Alice ${listed(bob, alice.address)}`;
    },
  },
  {
    id: "CEV-7",
    what: "a partial one in turn, with all users: whom it does not name is gone",
    expected: "200, listed, Alice not listed",
    see: async (at) => {
      const { alice, bob, say } = await subscribed(at);
      const status = await say(1, "partial", [bob.address, stranger], { usersState: "full" });
      return `${status}, ${listed(bob, stranger)}, Alice ${listed(bob, alice.address)}`;
    },
  },
  {
    id: "CEV-9",
    what: "one with a DOCTYPE, and one with two roots",
    expected: "200, not listed; 200, not listed",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      const seen: string[] = [];
      for (const prologue of ['<!DOCTYPE x [<!ENTITY e "x">]>', "<other/>"])
        seen.push(`${await say(3, "full", [bob.address, stranger], { prologue })}, ${listed(bob, stranger)}`);
      return seen.join("; ");
    },
  },
  {
    id: "CEV-10",
    what: "one that names somebody twice",
    expected: "200, listed once",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      const status = await say(3, "full", [bob.address, stranger, stranger.replace("mallory", "Mallory")]);
      const times = groupIn(bob.state())?.members.filter(({ address }) => address === stranger).length;
      return `${status}, listed ${times === 1 ? "once" : `${times} times`}`;
    },
  },
  {
    id: "CEV-13",
    what: "one of another dialog, as when a SUBSCRIBE forks: there is none but the first",
    expected: "481, not listed",
    see: async (at) => {
      const { bob, say } = await subscribed(at);
      const status = await say(3, "full", [bob.address, stranger], { fromTag: "another" });
      return `${status}, ${listed(bob, stranger)}`;
    },
  },
];
