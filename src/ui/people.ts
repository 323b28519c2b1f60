/**
 * How a person appears: the colour, the initials and the short name, everywhere the same.
 *
 * The colour is a hash of the lower-case address of record, so every screen finds the same one without asking.
 * The demo accounts have fixed ones, so that the pictures and the three windows side by side are told apart.
 */
import type { Person } from "../client/model.ts";

export const colourCount = 12;

const demoColours: ReadonlyMap<string, number> = new Map([
  ["sip:alice@segue.example", 0],
  ["sip:bob@segue.example", 1],
  ["sip:carol@segue.example", 2],
  ["sip:dave@segue.example", 3],
  ["sip:erin@segue.example", 4],
]);

/** 0 to 11, the value of `data-person`. FNV-1a over the lower-case address of record. */
export function colourOf(address: string): number {
  const record = addressOfRecord(address);
  const demo = demoColours.get(record);
  if (demo !== undefined) return demo;
  let hash = 0x811c9dc5;
  for (const character of record) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash % colourCount;
}

/** `SIPS:Bob@Host;x=y` and `sip:bob@host` are one person. */
function addressOfRecord(address: string): string {
  const lower = address.trim().toLowerCase();
  const bare = lower.split(/[;?]/, 1)[0] ?? lower;
  return bare.replace(/^sips:/, "sip:");
}

/** The address as a person reads it: `bob@segue.example`, `+33 …` without its scheme. */
export function shownAddress(address: string): string {
  return address.replace(/^(?:sips?|tel):/i, "").split(";", 1)[0] ?? address;
}

/** The address beside the name; null where it is the name, for want of another. */
export function addressBeside(person: Person): string | null {
  const shown = shownAddress(person.address);
  return fullName(person) === shown ? null : shown;
}

/** What to call somebody; an address where no name is known. */
export function fullName(person: Person): string {
  const name = person.name.trim();
  return name === "" ? shownAddress(person.address) : name;
}

/** "Bob" of "Bob Lindqvist"; "bob" of an address without a name. */
export function shortName(person: Person): string {
  const name = person.name.trim();
  if (name === "" || name.includes("@")) return userPart(name === "" ? person.address : name);
  return name.split(/\s+/u, 1)[0] ?? name;
}

function userPart(address: string): string {
  return shownAddress(address).split("@", 1)[0] ?? address;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function firstGrapheme(word: string): string {
  for (const { segment } of graphemes.segment(word)) return segment;
  return "";
}

/** "BL" of "Bob Lindqvist", "M" of "Mum", "B" of `sip:bob@…`. Never more than two characters as a person sees them. */
export function initials(person: Person): string {
  const name = person.name.trim();
  const source = name === "" || name.includes("@") ? userPart(name === "" ? person.address : name) : name;
  const parts = source.split(/[\s._-]+/u).filter((part) => part !== "");
  const first = parts[0];
  if (first === undefined) return "?";
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  return (firstGrapheme(first) + (last === undefined ? "" : firstGrapheme(last))).toLocaleUpperCase();
}
