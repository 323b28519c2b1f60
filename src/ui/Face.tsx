/**
 * Faces: a person's initials on the person's colour; two or three people as one group face.
 *
 * `asked` is an outline (not here yet), `off` is grey (not coming). A ring around the face is time: a share that
 * is left, or a turning arc while somebody joins. Faces are decoration, the name always stands in words beside
 * them, so they are hidden from screen readers.
 */
import type { CSSProperties, ReactNode } from "react";
import { memo } from "react";
import type { Chat, Member, Person } from "../client/model.ts";
import { classes } from "./class-names.ts";
import { colourOf, initials } from "./people.ts";
import styles from "./Face.module.css";

export type FaceIs = "in" | "asked" | "off";

type FaceProps = {
  readonly person: Person;
  /** Diameter in px, the ring not counted. */
  readonly size: number;
  readonly is?: FaceIs;
  /** Share of the ring that is drawn, 0 to 1; "turning" while nothing is known about how long it takes. */
  readonly ring?: number | "turning" | undefined;
  readonly className?: string | undefined;
};

export const Face = memo(function Face({ person, size, is = "in", ring, className }: FaceProps): ReactNode {
  const style = { "--size": `${size}px` } as CSSProperties;
  return (
    <span
      aria-hidden="true"
      className={classes(styles.face, styles[is], className)}
      data-person={colourOf(person.address)}
      style={style}
    >
      {initials(person)}
      {ring === undefined ? null : <Ring share={ring} />}
    </span>
  );
});

function Ring({ share }: { readonly share: number | "turning" }): ReactNode {
  const drawn = share === "turning" ? 75 : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <svg className={classes(styles.ring, share === "turning" && styles.turning)} viewBox="0 0 44 44">
      <circle cx="22" cy="22" r="20.75" className={styles.track} />
      <circle
        cx="22"
        cy="22"
        r="20.75"
        className={styles.arc}
        pathLength="100"
        strokeDasharray={`${drawn} 100`}
      />
    </svg>
  );
}

export type FaceOf = { readonly person: Person; readonly is: FaceIs };

type GroupFaceProps = {
  readonly people: readonly FaceOf[];
  readonly size: number;
  readonly className?: string | undefined;
};

/** One face for one, two on a diagonal at 63 %, three as a triangle at 56 %. */
export const GroupFace = memo(function GroupFace({ people, size, className }: GroupFaceProps): ReactNode {
  const shown = people.slice(0, 3);
  const scale = shown.length <= 1 ? 1 : shown.length === 2 ? 0.63 : 0.56;
  const style = { "--size": `${size}px` } as CSSProperties;
  return (
    <span
      aria-hidden="true"
      className={classes(styles.group, className)}
      data-count={shown.length}
      style={style}
    >
      {shown.map(({ person, is }) => (
        <Face
          key={person.address}
          person={person}
          is={is}
          size={Math.round(size * scale)}
          className={styles.one}
        />
      ))}
    </span>
  );
});

/** Faces side by side, each over the one before it. */
export function FaceStack({
  people,
  size,
}: {
  readonly people: readonly Person[];
  readonly size: number;
}): ReactNode {
  const style = { "--size": `${size}px` } as CSSProperties;
  return (
    <span aria-hidden="true" className={styles.stack} style={style}>
      {people.map((person) => (
        <Face key={person.address} person={person} size={size} />
      ))}
    </span>
  );
}

export function faceIs(member: Member): FaceIs {
  switch (member.is) {
    case "in":
    case "away":
      return "in";
    case "pending":
    case "joining":
    case "ringing":
      return "asked";
    case "left":
    case "declined":
    case "unreachable":
    case "removed":
      return "off";
  }
}

/** Whose faces stand for a chat: the others, never yourself; the three most recent; while asking, who is asked too. */
export function facesOf(chat: Chat): readonly FaceOf[] {
  const others = chat.members.filter((member) => !member.self);
  if (chat.kind === "1-1") {
    const peer = others[0] ?? { address: chat.address, name: chat.title };
    if (chat.phase.is !== "asking") return [{ person: peer, is: "in" }];
    const asked = chat.phase.asked
      .filter((one) => !one.self && one.address !== peer.address && faceIs(one) !== "off")
      .map((one): FaceOf => ({ person: one, is: faceIs(one) }));
    return [{ person: peer, is: "in" }, ...asked.slice(0, 2)];
  }
  const here = others.filter((member) => faceIs(member) !== "off");
  const shown = here.length > 0 ? here : others;
  return shown.slice(-3).map((member) => ({ person: member, is: faceIs(member) }));
}

export function ChatFace({ chat, size }: { readonly chat: Chat; readonly size: number }): ReactNode {
  return <GroupFace people={facesOf(chat)} size={size} />;
}
