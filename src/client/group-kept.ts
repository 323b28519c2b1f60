/**
 * What one group leaves to the next page, and how it is taken up there: in by the conference URI, since the session went
 * with the page before (decision 26). Texts are not kept, and that is said.
 */
import type { GroupBecoming } from "./group-becoming.ts";
import type { GroupParts } from "./group-parts.ts";
import type { KeptGroup } from "./kept-groups.ts";
import { sentences } from "./reasons.ts";

/** null: there is nothing to come back to. */
export function keptOf({ now, name, past, asking, chat }: GroupParts): KeptGroup | null {
  const { stage, recalled } = now;
  const conference = name.conference();
  const wasAsked = stage.is === "invited" || (stage.is === "missed" && stage.how === "missed");
  // Hidden: it is being begun here, or is about to take the place of a 1-1.
  const isIn = stage.is === "open" || stage.is === "away" || stage.is === "joining" || stage.is === "hidden";
  if (conference === null || (!wasAsked && !isIn)) return null;
  const { contributionId, conversationId } = chat();
  return {
    conference,
    contributionId,
    conversationId,
    subject: name.subject(),
    invitedBy: name.invitedBy(),
    focus: name.focus(),
    continues: (past.record() ?? asking.record())?.peer ?? recalled?.continues ?? null,
    is: wasAsked ? "asked" : "in",
  };
}

/** An earlier page was in it, or was asked. */
export function recall(parts: GroupParts, becoming: GroupBecoming, kept: KeptGroup): void {
  const { desk, now, chat, name, news, thread, door } = parts;
  name.recall(kept);
  if (kept.is === "asked") return becoming.become({ is: "missed", how: "missed" });
  now.recalled = kept;
  news.takeAsKnown([]);
  thread.line("note", { text: sentences.textsGone });
  now.stage = { is: "away", cause: sentences.loadedAnew };
  door.now(kept.conference);
  desk.touch(chat());
}
