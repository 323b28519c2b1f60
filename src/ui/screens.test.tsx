/**
 * The screens as text and roles, rendered on the server: what stands there, in whose words, and what must never.
 *
 * Effects do not run here; what moves, takes focus or is pressed is tested in browsers.
 */
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import type { AppState } from "../client/model.ts";
import { inertActions } from "../testing/fixtures/actions.ts";
import { type ScreenName, screens } from "../testing/fixtures/screens.ts";
import { App } from "./App.tsx";

const all = screens(Date.now());
const actions = inertActions();

const render = (state: AppState): string =>
  renderToStaticMarkup(<App store={createStore<AppState>(() => state)} actions={actions} />);
const html = (name: ScreenName): string => render(all[name]);
const decode = (text: string): string =>
  text
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
const text = (markup: string): string => decode(markup.replaceAll(/<[^>]*>/gu, " ").replaceAll(/\s+/gu, " "));
const labels = (markup: string): readonly string[] =>
  [...markup.matchAll(/aria-label="([^"]*)"/gu)].map((match) => decode(match[1] ?? ""));

describe("signing in", () => {
  it("offers each demo person by name, and the form of one’s own", () => {
    const page = html("sign-in");
    for (const name of ["Alice Moreau", "Bob Lindqvist", "Carol Okafor", "Dave Ito", "Erin Walsh"]) {
      expect(labels(page)).toContain(`Continue as ${name}`);
    }
    expect(text(page)).toContain("You’re on the demo server. Continue as");
    for (const label of [
      "Server",
      "Address",
      "Password",
      "Conference factory",
      "Message relay",
      "Keep me signed in",
    ]) {
      expect(text(page)).toContain(label);
    }
  });

  it("never puts a demo password on the page", () => {
    const page = render({
      ...all["sign-in"],
      config: {
        presets: all["sign-in"].config.presets.map((preset) => ({
          ...preset,
          demo: preset.demo.map((one) => ({ ...one, password: "correct-horse" })),
        })),
      },
    });
    expect(page).not.toContain("correct-horse");
  });

  it("says what went wrong, as an alert", () => {
    expect(html("sign-in-refused")).toMatch(/role="alert"[^>]*>.*Wrong password/u);
  });

  it("works without any preset", () => {
    const page = render({ ...all["sign-in"], config: { presets: [] } });
    expect(text(page)).toContain("Server URL");
    expect(text(page)).not.toContain("demo server");
  });
});

describe("the great rule: who sees what", () => {
  it("tells Alice and Bob what only the two see, each with the other’s name", () => {
    expect(text(html("group-alice"))).toContain("Only you and Bob see what is above");
    expect(text(html("group-bob"))).toContain("Only you and Alice see what is above");
  });

  it("tells Carol where the group starts, and shows her nothing from before", () => {
    const page = text(html("group-carol"));
    expect(page).toContain("The group starts here");
    expect(page).toContain("Alice added you");
    expect(page).not.toContain("Only you and");
    expect(page).not.toContain("Earlier messages");
  });

  it("puts what was not delivered above the seam, with three choices", () => {
    const page = text(html("errors"));
    expect(page.indexOf("Not delivered to Bob before the group began")).toBeLessThan(
      page.indexOf("Only you and Bob"),
    );
    for (const choice of ["Send to Bob", "Send to the group", "Delete"]) expect(page).toContain(choice);
  });
});

describe("a chat", () => {
  it("names the field after the person, and says who reads while that is not plain", () => {
    expect(labels(html("chat-with-bob"))).toContain("Message Bob");
    expect(text(html("asking"))).toContain("to Bob");
    expect(text(html("great-moment"))).toContain("to everyone");
    expect(labels(html("group-alice"))).toContain("Message Thursday dinner");
  });

  it("gives each state of a message its word", () => {
    expect(text(html("chat-with-bob"))).toMatch(/Delivered.*Sending/u);
    expect(text(html("errors"))).toMatch(/Not sent.*Waiting for connection/u);
    expect(labels(html("errors"))).toEqual(expect.arrayContaining(["Retry sending", "Delete message"]));
  });

  it("shows text as text", () => {
    const state = all["chat-with-bob"];
    const chat = state.chats[state.selected ?? ""];
    const nasty = `<img src=x onerror="alert(1)"> javascript:alert(1)`;
    const items =
      chat?.items.map((item) => (item.kind === "message" ? { ...item, text: nasty } : item)) ?? [];
    const page = render({
      ...state,
      chats: chat === undefined ? {} : { [chat.id]: { ...chat, items } },
      order: [chat?.id ?? ""],
    });
    expect(page).not.toContain("<img");
    expect(page).not.toContain("href=");
    expect(text(page)).toContain(nasty);
  });

  it("opens links elsewhere, without a way back", () => {
    expect(html("chat-with-bob")).toMatch(
      /<a href="https:\/\/noodles\.example\/menu" dir="ltr" target="_blank" rel="noopener noreferrer"/u,
    );
  });

  it("names the members and the state of who is not simply there", () => {
    const page = text(html("group-alice"));
    expect(page).toMatch(/You .*Bob .*Carol/u);
    expect(page).toContain("Dave declined");
    expect(labels(html("group-alice"))).toContain("Ask Dave again");
  });

  it("has one live region", () => {
    expect(html("group-alice").match(/data-live/gu)?.length).toBe(1);
  });

  it("says why nobody can be added", () => {
    expect(text(html("no-factory"))).toContain("This server has no conference factory.");
    expect(html("no-factory")).toMatch(/aria-describedby="why-nobody-can-be-added"/u);
    expect(text(html("crowd"))).toContain("The group is full: 10 people at most.");
  });

  it("says when texts go as plain messages", () => {
    const line = "Sent as plain messages · farid@";
    expect(text(html("plain-messages"))).toContain(line);
    expect(text(html("chat-with-bob"))).not.toContain("plain messages");
  });

  it("says of plain messages alone that they go while the relay is away", () => {
    const under = (name: ScreenName, isRelayAlone: boolean): string =>
      text(
        render({
          ...all[name],
          connection: {
            is: "waiting",
            cause: "The message relay does not answer.",
            retryAt: 0,
            waitedFrom: 0,
            isRelayAlone,
          },
        }),
      );
    const goes = "Plain messages go all the same.";
    expect(under("plain-messages", true)).toContain(goes);
    expect(under("plain-messages", false)).not.toContain(goes);
    expect(under("chat-with-bob", true)).not.toContain(goes);
    expect(under("chat-with-bob", true)).toContain("your messages wait here");
  });

  it("writes the address of who has no name once over the thread", () => {
    const state = all["new-chat-with-bob"];
    const [chat] = Object.values(state.chats);
    if (chat === undefined) throw new Error("There is no chat.");
    const address = "sip:frank@segue.example";
    const members = chat.members.map((one) => (one.self ? one : { ...one, address, name: "" }));
    const frank = { ...chat, id: address, address, title: "frank@segue.example", members };
    const page = render({ ...state, chats: { [address]: frank }, order: [address], selected: address });
    const header = page.slice(page.lastIndexOf("<header"), page.lastIndexOf("</header>"));
    expect(text(header).match(/frank@segue\.example/gu)).toHaveLength(1);
  });

  it("asks nobody to say hello where a stranger waits for an answer", () => {
    const state = all.request;
    const chat = state.chats[state.selected ?? ""];
    if (chat === undefined) throw new Error("No chat is open.");
    const page = text(render({ ...state, chats: { ...state.chats, [chat.id]: { ...chat, items: [] } } }));
    expect(page).not.toContain("Say hello");
    expect(page).toContain("What Hanna writes is shown once you accept.");
  });

  it("ends with words, not with a field", () => {
    const page = html("ended");
    expect(text(page)).toContain("You were removed from this group.");
    expect(page).not.toContain("<textarea");
    expect(labels(page)).not.toContain("Members");
    expect(text(page)).not.toMatch(/\d people/u);
  });
});

describe("nothing to show", () => {
  it("always offers one next step", () => {
    expect(text(html("empty-no-chats"))).toContain("Say hello to someone");
    expect(labels(html("empty-no-chats"))).toContain("Chat with Bob Lindqvist");
    expect(text(html("empty-nothing-selected"))).toContain("Pick up where you left off");
    expect(text(html("new-chat-with-bob"))).toContain("Say hello to Bob");
  });
});

describe("every screen", () => {
  it.each(Object.keys(all) as ScreenName[])(
    "%s has one main part, and a name for everything one can press",
    (name) => {
      const page = html(name);
      expect(page.match(/<main/gu)?.length).toBe(1);
      for (const [, attributes = "", inside = ""] of page.matchAll(/<button([^>]*)>(.*?)<\/button>/gu)) {
        expect(attributes.includes("aria-label=") || text(inside).trim() !== "").toBe(true);
      }
    },
  );
});
