import { expect, test } from "vitest";
import { readTimers, serverTimers, withTimers } from "./timers.ts";

test("what a file changes is changed, the rest stays", () => {
  const timers = readTimers('{"proxy": {"ringMs": 5}, "registrar": {"minExpiresSeconds": 1}}');
  expect(timers).toEqual(
    withTimers({ proxy: { ...serverTimers.proxy, ringMs: 5 }, registrar: { minExpiresSeconds: 1 } }),
  );
  expect(timers.proxy.answerMs).toBe(serverTimers.proxy.answerMs);
  expect(timers.relay).toEqual(serverTimers.relay);
});

test.each([
  ['{"proxies": {}}', "no group of timers is called proxies"],
  ['{"__proto__": {}}', "no group of timers is called __proto__"],
  ['{"proxy": {"ringsMs": 5}}', "proxy has no timer ringsMs"],
  ['{"proxy": {"ringMs": "5"}}', "proxy.ringMs must be a number"],
  ['{"proxy": {"ringMs": -1}}', "proxy.ringMs must be a number"],
  ['{"proxy": 5}', "proxy must be an object"],
  ["[]", "the file must be an object"],
])("%s is refused in plain words", (json, words) => {
  expect(() => readTimers(json)).toThrow(words);
});
