/** Rules of the checklist without a line of their own, and why. */
export const notTried: readonly (readonly [id: string, why: string])[] = [
  [
    "REPL-5",
    "Several dialogs of the same three ids can't be made over the wire; a test of flow/authorise.ts has it.",
  ],
  [
    "REPL-14",
    "Calls that this client has begun and that still ring are nobody's to replace: 481, as for any other.",
  ],
  ["REPL-18", "Tag 0 stands for the missing tag of RFC 2543; no dialog here is without tags."],
  ["REPL-19", "A duty of who asks; the ladder shows the focus address the person, and the proxy the device."],
  ["REPL-20", "A duty of who asks: this client marks 1-1s that stand, and no others."],
];
