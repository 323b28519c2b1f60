/** Times, dates and what is left of a ring, in words and digits. */
import { language } from "./words-grammar.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const weekdayLong = new Intl.DateTimeFormat(language, { weekday: "long" });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/** "10:46". */
export const time = (at: number): string => clock.format(at);

/** For a tooltip: the whole date and time. */
export const wholeTime = (at: number): string => fullDate.format(at);

/** How many midnights lie between, in the time zone of this screen. */
export function daysBetween(from: number, to: number): number {
  const start = new Date(from).setHours(0, 0, 0, 0);
  const end = new Date(to).setHours(0, 0, 0, 0);
  return Math.round((end - start) / day);
}

/** The time in a row of the list: "10:46", "Tue", "3 Mar". */
export function rowTime(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clock.format(at);
  return days < 7 ? weekday.format(at) : dayAndMonth.format(at);
}

/** The label between two days of a thread. */
export function dayLabel(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return days < 7 ? weekdayLong.format(at) : dayAndYear.format(at);
}

/** What is left of a ring: "1:06". */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
