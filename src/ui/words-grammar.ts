/** Numbers with their noun, and names in a row, as the language of the catalogue writes them. */
import type { Person } from "../client/model.ts";
import { shortName } from "./people.ts";

/** The language of the catalogue. Times and dates follow the reader's own. */
export const language = "en-GB";
const plural = new Intl.PluralRules(language);
const list = new Intl.ListFormat(language, { style: "long", type: "conjunction" });

/** "1 person", "3 people". */
export function count(n: number, one: string, other: string): string {
  return `${number(n)} ${plural.select(n) === "one" ? one : other}`;
}

export const number = (n: number): string => n.toLocaleString();

/** "Bob", "Bob and Carol", "Bob, Carol and Dave". */
export function names(people: readonly Person[]): string {
  return list.format(people.map(shortName));
}

/** The same in pieces, so that names can be set apart from the words between them. */
export function nameParts(
  people: readonly Person[],
): readonly { readonly name: boolean; readonly text: string }[] {
  return list
    .formatToParts(people.map(shortName))
    .map((part) => ({ name: part.type === "element", text: part.value }));
}
