/**
 * Hostile inputs out of valid ones: the same ones for the same seed. Head and body of a message are mutated apart, and
 * lengths are set right again most of the time, so that what reads XML, CPIM, SDP and multipart gets its share and
 * not only the first parser.
 */

/** A number of 32 bits at a time (mulberry32). */
export type Chance = {
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  one(inHowMany: number): boolean;
};

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => (limit <= 1 ? 0 : next() % limit);
  return {
    below,
    pick: <T>(from: readonly T[]): T => {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error("nothing to pick from");
      return found;
    },
    one: (inHowMany) => below(inHowMany) === 0,
  };
}

type Mutation = (text: string, chance: Chance) => string;

const nasty: readonly string[] = [
  "\0",
  "\r",
  "\n",
  "\r\n",
  "\r\n\r\n",
  "\t",
  "\u00ff\u00fe",
  "\u00c3\u0028",
  "%00",
  "%0d%0a",
  "<",
  ">",
  '"',
  "\\",
  ";",
  ",",
  "=",
  ":",
  "@",
  "-1",
  "0",
  "4294967296",
  "99999999999999999999",
  "NaN",
  "1e9",
  "sip:",
  "tel:+1",
  "<sip:x@y>",
  "sip:[::1",
  "cid:",
  "*",
  "__proto__",
  "constructor",
  "<!DOCTYPE x [<!ENTITY a 'b'>]>",
  "<![CDATA[",
  "&a;",
  "&#x0;",
  "<!--",
  "--boundary-1--",
  "-------",
  "\u202e",
  "$",
  "../",
  "🙂",
];

const span = (text: string, chance: Chance, most: number): readonly [number, number] => {
  const from = chance.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + chance.below(most))];
};

const linesOf = (text: string): string[] => text.split("\r\n");

const mutations: readonly Mutation[] = [
  (text, chance) => {
    const [from, to] = span(text, chance, 1);
    return text.slice(0, from) + String.fromCharCode(chance.below(256)) + text.slice(to);
  },
  (text, chance) => {
    const [from, to] = span(text, chance, 40);
    return text.slice(0, from) + text.slice(to);
  },
  (text, chance) => {
    const [from, to] = span(text, chance, 60);
    return text.slice(0, to) + text.slice(from, to) + text.slice(to);
  },
  (text, chance) => {
    const [from] = span(text, chance, 1);
    return text.slice(0, from) + chance.pick(nasty) + text.slice(from);
  },
  (text, chance) => text.slice(0, chance.below(text.length + 1)),
  (text, chance) => {
    const lines = linesOf(text);
    lines.splice(chance.below(lines.length), 1);
    return lines.join("\r\n");
  },
  (text, chance) => {
    const lines = linesOf(text);
    lines.splice(chance.below(lines.length), 0, chance.pick(lines));
    return lines.join("\r\n");
  },
  (text, chance) => {
    const lines = linesOf(text);
    const [one] = lines.splice(chance.below(lines.length), 1);
    lines.splice(chance.below(lines.length + 1), 0, one ?? "");
    return lines.join("\r\n");
  },
  // a value in place of another
  (text, chance) => {
    const values = [...text.matchAll(/[A-Za-z0-9._+-]{1,64}/g)];
    if (values.length === 0) return text;
    const value = chance.pick(values);
    const other = chance.one(2) ? chance.pick(nasty) : (chance.pick(values)[0] ?? "");
    return text.slice(0, value.index) + other + text.slice(value.index + value[0].length);
  },
  (text, chance) => {
    const numbers = [...text.matchAll(/[0-9]+/g)];
    if (numbers.length === 0) return text;
    const number = chance.pick(numbers);
    const other = chance.pick(["0", "-1", "1", "2147483648", "99999999999999999999", "1.5", ""]);
    return text.slice(0, number.index) + other + text.slice(number.index + number[0].length);
  },
  // much of a little
  (text, chance) => {
    const [from, to] = span(text, chance, 8);
    return (
      text.slice(0, to) +
      text.slice(from, to).repeat(1 + chance.below(chance.one(8) ? 4_000 : 60)) +
      text.slice(to)
    );
  },
  (text, chance) => {
    const [from, to] = span(text, chance, 30);
    const part = text.slice(from, to);
    return text.slice(0, from) + (chance.one(2) ? part.toUpperCase() : part.toLowerCase()) + text.slice(to);
  },
];

export function mutated(text: string, chance: Chance): string {
  let result = text;
  const times = 1 + chance.below(3);
  for (let n = 0; n < times; n += 1) result = chance.pick(mutations)(result, chance);
  return result;
}

export const noise = (chance: Chance): string =>
  Array.from({ length: chance.below(200) }, () => String.fromCharCode(chance.below(256))).join("");

/** A SIP message whose head or body has become another; its length is told as it is, most of the time. */
export function mutatedMessage(text: string, chance: Chance): string {
  const cut = text.indexOf("\r\n\r\n");
  const [head, body] = cut < 0 ? [text, ""] : [text.slice(0, cut), text.slice(cut + 4)];
  if (body === "" || chance.one(2)) return `${mutated(head, chance)}\r\n\r\n${body}`;
  const other = mutated(body, chance);
  const length = `Content-Length: ${Buffer.byteLength(other)}`;
  const told = chance.one(8) ? head : head.replace(/^Content-Length:.*$/im, () => length);
  return `${told}\r\n\r\n${other}`;
}

/** A frame of MSRP; its end-line stays, most of the time, when its body has become another. */
export function mutatedFrame(text: string, chance: Chance): string {
  const cut = text.indexOf("\r\n\r\n");
  const end = text.lastIndexOf("\r\n-------");
  if (cut < 0 || end <= cut || chance.one(2)) return mutated(text, chance);
  return text.slice(0, cut + 4) + mutated(text.slice(cut + 4, end), chance) + text.slice(end);
}
