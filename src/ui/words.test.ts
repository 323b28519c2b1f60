/** The words of lines, states and times: each side in its own words. */
import { describe, expect, it } from "vitest";
import type { Line, Member } from "../client/model.ts";
import { alice, bob, carol, dave } from "../testing/fixtures/people.ts";
import { count, names } from "./words-grammar.ts";
import { lineWords } from "./words-lines.ts";
import { dayLabel, daysBetween, remaining, rowTime } from "./words-time.ts";
import { messageStateWords, waitingWords, words } from "./words.ts";

const line = (what: Line["what"], more: Partial<Line> = {}): Line => ({
  kind: "line",
  id: "line",
  at: 0,
  what,
  who: null,
  whom: [],
  text: null,
  ...more,
});
const read = (
  what: Line["what"],
  self: typeof alice,
  more: Partial<Line> = {},
  above = [alice, bob],
): string =>
  lineWords(line(what, more), self.address, above)
    .map((part) => part.text)
    .join("");

describe("lines", () => {
  const added = { who: alice, whom: [carol] };
  it("say who added whom, on each side in its own words", () => {
    expect(read("added", alice, added)).toBe("You added Carol");
    expect(read("added", bob, added)).toBe("Alice added Carol. Earlier messages stay between you and Alice.");
    expect(read("added", carol, added, [])).toBe("Alice added you");
    expect(read("added", bob, { who: alice, whom: [dave] }, [])).toBe("Alice added Dave");
  });

  it("never promise that earlier text stays private where there is none", () => {
    expect(read("added", bob, added, [])).not.toContain("Earlier");
  });

  it.each([
    ["joined", { whom: [bob, carol] }, "Bob and Carol joined"],
    ["joined", { whom: [alice] }, "You joined"],
    ["left", { whom: [bob] }, "Bob left"],
    ["removed", { who: alice, whom: [bob] }, "You removed Bob"],
    ["removed", { who: bob, whom: [alice] }, "Bob removed you"],
    ["removed", { whom: [bob] }, "Bob was removed"],
    ["removed", { whom: [alice] }, "You were removed"],
    ["declined", { whom: [dave] }, "Dave declined"],
    ["unreachable", { whom: [dave], text: "No answer" }, "Dave: No answer"],
    ["named", { who: bob, text: "Dinner" }, "Bob named the group Dinner"],
    ["closed", {}, "The group was closed"],
    ["you-left", {}, "You left"],
    ["stayed", { whom: [bob] }, "Bob declined the group. Your private chat goes on in its own row."],
    [
      "stayed",
      { whom: [bob], text: "No answer" },
      "Bob: No answer. Your private chat goes on in its own row.",
    ],
    ["nobody", { whom: [bob] }, "Nobody could join. You’re still with Bob, your text is kept."],
    ["chat-ended", { who: bob }, "Bob closed the chat"],
    ["note", { text: "Something" }, "Something"],
  ] as const)("%s %j reads %j", (what, more, expected) => {
    expect(read(what, alice, more)).toBe(expected);
  });

  it("set the people who act apart, and leave the rest quiet", () => {
    const parts = lineWords(line("added", added), alice.address);
    expect(parts.filter((part) => part.name).map((part) => part.text)).toEqual(["You"]);
  });
});

describe("text that is not out yet", () => {
  const self = { ...alice, self: true } as Member;
  const other = { ...bob, self: false } as Member;

  it("says what it waits for", () => {
    const chat = { kind: "1-1", members: [self, other] } as const;
    const group = { kind: "group", members: [self, other] } as const;
    expect(messageStateWords("waiting", waitingWords(chat, true))).toBe("Waiting for connection");
    expect(messageStateWords("waiting", waitingWords(chat, false))).toBe("Waiting for Bob");
    expect(messageStateWords("waiting", waitingWords(group, false))).toBe("Waiting for the group");
    expect(messageStateWords("sent", waitingWords(group, false))).toBe("Sent");
  });
});

describe("people and numbers", () => {
  it("are listed as one speaks", () => {
    expect(names([bob])).toBe("Bob");
    expect(names([bob, carol, dave])).toBe("Bob, Carol and Dave");
  });

  it("follow the plural rules", () => {
    expect(count(1, "person", "people")).toBe("1 person");
    expect(count(0, "person", "people")).toBe("0 people");
    expect(words.list.unread(2)).toBe("2 unread messages");
  });
});

describe("times", () => {
  const noon = new Date(2026, 2, 5, 12, 0).getTime();
  const day = 24 * 60 * 60_000;
  it("count midnights, not hours", () => {
    expect(daysBetween(new Date(2026, 2, 4, 23, 59).getTime(), new Date(2026, 2, 5, 0, 1).getTime())).toBe(1);
    expect(daysBetween(noon, noon + 11 * 60 * 60_000)).toBe(0);
  });

  it("count a day with a changed clock as one day", () => {
    expect(daysBetween(new Date(2026, 2, 28, 12).getTime(), new Date(2026, 2, 30, 12).getTime())).toBe(2);
  });

  it("are as short as they can be", () => {
    expect(dayLabel(noon, noon)).toBe("Today");
    expect(dayLabel(noon - day, noon)).toBe("Yesterday");
    expect(dayLabel(noon - 2 * day, noon)).toBe("Tuesday");
    expect(rowTime(noon - 2 * day, noon)).toBe("Tue");
    expect(rowTime(noon, noon)).toMatch(/^12:00/u);
  });

  it("count down to nothing and no further", () => {
    expect([66_000, 1, 0, -5000].map(remaining)).toEqual(["1:06", "0:01", "0:00", "0:00"]);
  });
});

it("says the seam’s one sentence with the names it protects", () => {
  expect(words.seam.only([bob])).toBe("Only you and Bob see what is above");
  expect(words.seam.said([bob])).toBe("Group started. Earlier messages stay between you and Bob.");
});
