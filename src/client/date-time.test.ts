import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { formatDateTime, parseDateTime } from "./date-time.ts";

/** Years 0000 to 9999, what the grammar of RFC 3339 can write. */
const instants = fc.integer({ min: Date.UTC(2000, 0, 1) - 63_113_904_000_000, max: 253_402_300_799_999 });

describe("DateTime", () => {
  it("is written as the platform writes it, and read back the same", () => {
    fc.assert(
      fc.property(instants, (at) => {
        fc.pre(at >= -62_167_219_200_000);
        expect(formatDateTime(at)).toBe(new Date(at).toISOString());
        expect(parseDateTime(formatDateTime(at))).toBe(at);
      }),
    );
  });

  it("is read with any offset as the platform reads it", () => {
    const two = (n: number): string => String(n).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.constantFrom("+", "-"),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (at, sign, hours, minutes) => {
          const text = formatDateTime(at).replace("Z", `${sign}${two(hours)}:${two(minutes)}`);
          expect(parseDateTime(text)).toBe(new Date(text).getTime());
        },
      ),
    );
  });

  it.each([
    ["2024-02-29T12:00:00Z", Date.UTC(2024, 1, 29, 12)],
    ["2000-02-29T00:00:00z", Date.UTC(2000, 1, 29)],
    ["2024-12-31t23:59:60Z", Date.UTC(2025, 0, 1)],
    ["2024-01-01T00:00:00.5Z", Date.UTC(2024, 0, 1) + 500],
    ["2024-01-01T00:00:00.123456789Z", Date.UTC(2024, 0, 1) + 123],
    ["2024-01-01T01:00:00+02:00", Date.UTC(2023, 11, 31, 23)],
    ["2023-12-31T23:30:00-00:45", Date.UTC(2024, 0, 1, 0, 15)],
  ])("%s", (text, at) => {
    expect(parseDateTime(text)).toBe(at);
  });

  it.each([
    "",
    "yesterday",
    "2024-01-01",
    "2024-01-01T00:00:00",
    "2024-01-01 00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:61Z",
    "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00+00:60",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00Z\r\nX: y",
    "+10000-01-01T00:00:00Z",
  ])("%j is no date", (text) => {
    expect(parseDateTime(text)).toBeNull();
  });
});
