/** What was refused since the last time, as one line for whoever runs the box; null when nothing was. */
export function newRefusals(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): string | null {
  const grown = [...now].flatMap(([reason, times]) => {
    const more = times - (before.get(reason) ?? 0);
    return more > 0 ? [`${reason} (${more})`] : [];
  });
  return grown.length === 0 ? null : `Refused in the last minute: ${grown.join(", ")}.`;
}
