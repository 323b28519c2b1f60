/** The time of day as state: looks again at an interval, and not at all while `everyMs` is null. */
import { useEffect, useState } from "react";

export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === null) return;
    const look = (): void => setNow(Date.now());
    const first = setTimeout(look, 0);
    const timer = setInterval(look, everyMs);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}

/** True until that moment has passed; one timer, and none afterwards. */
export function useUntil(until: number): boolean {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    // Also for a moment that is over: what is known here of the time may be older still.
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, until - Date.now()) + 1);
    return () => clearTimeout(timer);
  }, [until]);
  return now < until;
}
