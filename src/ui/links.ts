/**
 * Finds https links in plain text, so that they can be pressed; everything else stays text.
 *
 * Only `https:` is ever made a link, what is shown is what was written, and an address that carries a user name
 * before its host is left as text, because it is made to look like somewhere else. So is what turns the writing
 * direction.
 */

export type TextPart = { readonly text: string; readonly href: string | null };

const candidate = /https:\/\/[^\s\p{C}<>"'`{}|\\^]+/gu;
const trailing = ".,;:!?…)]*_~";

export function linkParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(candidate)) {
    const shown = withoutTrailing(match[0]);
    const href = safeHref(shown);
    if (href === null) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), href: null });
  return parts;
}

/** A sentence's full stop is not the link's; a closing bracket is, if the link opened it. */
function withoutTrailing(link: string): string {
  let end = link.length;
  while (end > 0 && trailing.includes(link.charAt(end - 1))) end -= 1;
  const bare = link.slice(0, end);
  return link.charAt(end) === ")" && bare.includes("(") && !bare.includes(")") ? `${bare})` : bare;
}

function safeHref(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "" || !url.hostname.includes("."))
    return null;
  return url.href;
}
