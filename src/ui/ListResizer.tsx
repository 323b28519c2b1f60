/** The edge between list and chat: dragged, or moved by the arrow keys, between 280 and 400 px. */
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import styles from "./Shell.module.css";
import { words } from "./words.ts";

const least = 280;
const most = 400;
const step = 16;

type ListResizerProps = {
  /** Null while the style decides. */
  readonly width: number | null;
  readonly onWidth: (width: number) => void;
};

export function ListResizer({ width, onWidth }: ListResizerProps): ReactNode {
  const set = (wanted: number): void => onWidth(Math.round(Math.min(most, Math.max(least, wanted))));

  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const edge = event.currentTarget;
    if (!edge.hasPointerCapture(event.pointerId)) return;
    const list = edge.parentElement?.getBoundingClientRect();
    if (list === undefined) return;
    const isRtl = getComputedStyle(edge).direction === "rtl";
    set(isRtl ? list.right - event.clientX : event.clientX - list.left);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const now = width ?? event.currentTarget.parentElement?.offsetWidth ?? least;
    const isRtl = getComputedStyle(event.currentTarget).direction === "rtl";
    if (event.key === "Home") set(least);
    else if (event.key === "End") set(most);
    else if (event.key === (isRtl ? "ArrowRight" : "ArrowLeft")) set(now - step);
    else if (event.key === (isRtl ? "ArrowLeft" : "ArrowRight")) set(now + step);
    else return;
    event.preventDefault();
  };

  return (
    <div
      // A separator that takes the focus is a control, which <hr> is not.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="separator"
      tabIndex={0}
      className={styles.edge}
      aria-label={words.list.width}
      aria-orientation="vertical"
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={width ?? 320}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
