/** The mark: two strands cross, a third leaves with them. */
import type { ReactNode } from "react";

export function Logo({ size }: { readonly size: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--logo-ground, #1a1b1a)" />
      <g fill="none" strokeWidth="3.2" strokeLinecap="round">
        <path d="M6 19.5C12 19.5 13 15 16 12.5S21 7 26 7" stroke="#89d3d7" />
        <path d="M6 12.5C12 12.5 13 17 16 19.5S21 25 26 25" stroke="#f2b688" />
        <path d="M19 16H26" stroke="#c9b7fd" />
      </g>
    </svg>
  );
}
