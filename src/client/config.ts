/**
 * `config.json`, as an operator wrote it, read once: what is not of the right shape is left out, never guessed.
 */
import type { AppConfig, Preset } from "./model.ts";

const mostPresets = 50;
const mostAccounts = 100;

export function readConfig(value: unknown): AppConfig {
  const presets = listOf(fieldOf(value, "presets"), mostPresets).flatMap((one) => {
    const preset = readPreset(one);
    return preset === null ? [] : [preset];
  });
  const timers = Object.entries(Object(fieldOf(value, "timers")) as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  return { presets, timers: Object.fromEntries(timers) };
}

function readPreset(value: unknown): Preset | null {
  const [name, domain, server, relay] = ["name", "domain", "server", "relay"].map((key) =>
    textOf(value, key),
  );
  if (name === null || domain === null || server === null || relay === null) return null;
  if (name === undefined || domain === undefined || server === undefined || relay === undefined) return null;
  return {
    name,
    domain: domain.toLowerCase(),
    server,
    relay,
    factory: textOf(value, "factory"),
    demo: listOf(fieldOf(value, "demo"), mostAccounts).flatMap((one) => {
      const [address, person, password] = [
        textOf(one, "address"),
        textOf(one, "name"),
        textOf(one, "password"),
      ];
      if (address === null || person === null || password === null) return [];
      return [{ address: address.toLowerCase(), name: person, password }];
    }),
    behindB2bua: fieldOf(value, "behindB2bua") === true,
    ...messageBytesOf(fieldOf(value, "messageBytes")),
  };
}

/** Less than any SIP message needs, or more than servers take, is a mistake. */
const messageBytesOf = (value: unknown): Pick<Preset, "messageBytes"> =>
  typeof value === "number" && Number.isInteger(value) && value >= 1_300 && value <= 49_152
    ? { messageBytes: value }
    : {};

const listOf = (value: unknown, most: number): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, most) : [];

function textOf(value: unknown, key: string): string | null {
  const text = fieldOf(value, key);
  return typeof text === "string" && text !== "" && text.length <= 2_048 ? text : null;
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
