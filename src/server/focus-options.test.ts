/** What the command line of the focus may say, and the words for what it may not. */
import { expect, it } from "vitest";
import { focusLimits } from "./focus/limits.ts";
import { readFocusOptions } from "./focus-options.ts";

const uri = "sip:conference-factory@segue.example";
const known = ["--server", "wss://sip.example.org/ws", "--uri", uri, "--password-file", "package.json"];

it("takes what is needed, and has a default for the rest", () => {
  expect(readFocusOptions(known)).toMatchObject({
    server: "wss://sip.example.org/ws",
    relay: "wss://sip.example.org/ws",
    user: "conference-factory",
    domain: "segue.example",
    password: "{",
    limits: focusLimits,
    contact: "domain",
    dataDir: null,
    metricsPort: null,
  });
  expect(readFocusOptions([...known, "--server", "ws://127.0.0.1:5066/ws"])?.server).toBe(
    "ws://127.0.0.1:5066/ws",
  );
  expect(readFocusOptions([...known, "--max-members", "7"])?.limits).toEqual({ ...focusLimits, people: 7 });
  expect(readFocusOptions(["--help"])).toBe(null);
});

it.each([
  [[], "--server is needed"],
  [["--server", "https://x.example"], "a URL that begins with wss://"],
  [["--server", "ws://sip.example.org/ws"], "use wss://"],
  [["--server", "wss://user@x.example/"], "neither a user"],
  [["--server", "wss://x.example", "--uri", "alice"], "an address like sip:conference-factory@example.org"],
  [["--server", "wss://x.example", "--uri", `${uri};conf=1`], "an address like"],
  [["--server", "wss://x.example", "--uri", uri], "--password-file is needed"],
  [[...known, "--password-file", "no-such-file"], "there is no such file"],
  [[...known, "--max-members", "1"], "a number from 2 to 1000"],
  [[...known, "--metrics", "http"], "a number from 0 to 65535"],
  [[...known, "--limits", "no-such-file"], "no-such-file"],
  [[...known, "--timers", "no-such-file"], "no-such-file"],
  [["--contact", "both"], "domain or flow"],
  [["--what"], "--what"],
])("%j: %s", (args, words) => {
  expect(() => readFocusOptions(args)).toThrow(words);
});
