/**
 * The picture beside the sign-in form: two strands meet and run on with two more. It says what the product does,
 * to eyes only; the words beside it say the same.
 */
import type { ReactNode } from "react";
import styles from "./StrandsArt.module.css";
import { words } from "./words.ts";

type Spot = { readonly colour: number; readonly letters: string; readonly x: number; readonly y: number };

const desktop: readonly Spot[] = [
  { colour: 0, letters: "AM", x: 70, y: 194 },
  { colour: 1, letters: "BL", x: 70, y: 606 },
  { colour: 2, letters: "CO", x: 586, y: 300 },
  { colour: 4, letters: "EW", x: 586, y: 500 },
];

const phone: readonly Spot[] = [
  { colour: 0, letters: "AM", x: 46, y: 44 },
  { colour: 1, letters: "BL", x: 46, y: 144 },
  { colour: 2, letters: "CO", x: 342, y: 70 },
  { colour: 4, letters: "EW", x: 342, y: 118 },
];

/** Where each says its words: a bubble that grows out of the face. */
const bubbles = [
  { colour: 0, x: 84, y: 136, width: 178, square: "bottom-left" },
  { colour: 1, x: 84, y: 624, width: 98, square: "top-left" },
  { colour: 2, x: 459, y: 242, width: 113, square: "bottom-right" },
  { colour: 4, x: 450, y: 518, width: 122, square: "top-right" },
] as const;

export function StrandsArt(): ReactNode {
  return (
    <div className={styles.art} aria-hidden="true">
      <svg className={styles.wideArt} viewBox="0 0 656 800">
        <g className={styles.strands} strokeWidth="9">
          <path
            data-person="0"
            d="M-400 194H104C172 194 172 394.5 240 394.5H348C420 394.5 412 96 540 96H1056"
          />
          <path
            data-person="1"
            d="M-400 606H104C172 606 172 405.5 240 405.5H348C420 405.5 412 704 540 704H1056"
          />
          <path data-person="2" d="M394 394.5C470 394.5 460 300 540 300H1056" strokeLinecap="round" />
          <path data-person="4" d="M394 405.5C470 405.5 460 500 540 500H1056" strokeLinecap="round" />
        </g>
        {bubbles.map((bubble, index) => (
          <g key={bubble.colour} data-person={bubble.colour} className={styles.said}>
            <path d={bubblePath(bubble.x, bubble.y, bubble.width, bubble.square)} />
            <text x={bubble.x + bubble.width / 2} y={bubble.y + 25.5}>
              {words.signIn.art[index]}
            </text>
          </g>
        ))}
        <Faces spots={desktop} radius={26} />
      </svg>
      <svg className={styles.phoneArt} viewBox="0 0 390 188">
        <g className={styles.strands} strokeWidth="6">
          <path data-person="0" d="M-400 44H62C104 44 90 90.5 126 90.5H196C240 90.5 232 18 320 18H790" />
          <path data-person="1" d="M-400 144H62C104 144 90 97.5 126 97.5H196C240 97.5 232 170 320 170H790" />
          <path data-person="2" d="M222 90.5C268 90.5 262 70 310 70H790" strokeLinecap="round" />
          <path data-person="4" d="M222 97.5C268 97.5 262 118 310 118H790" strokeLinecap="round" />
        </g>
        <Faces spots={phone} radius={19} />
      </svg>
    </div>
  );
}

function Faces({ spots, radius }: { readonly spots: readonly Spot[]; readonly radius: number }): ReactNode {
  return spots.map(({ colour, letters, x, y }) => (
    <g key={colour} data-person={colour} className={styles.spot} fontSize={radius * 0.75}>
      <circle cx={x} cy={y} r={radius} />
      <text x={x} y={y + radius * 0.265}>
        {letters}
      </text>
    </g>
  ));
}

function bubblePath(x: number, y: number, width: number, square: string): string {
  const height = 40;
  const radius = (corner: string): number => (corner === square ? 4 : 20);
  const [tl, tr, br, bl] = [
    radius("top-left"),
    radius("top-right"),
    radius("bottom-right"),
    radius("bottom-left"),
  ];
  return (
    `M${x + tl} ${y}H${x + width - tr}a${tr} ${tr} 0 0 1 ${tr} ${tr}V${y + height - br}` +
    `a${br} ${br} 0 0 1 ${-br} ${br}H${x + bl}a${bl} ${bl} 0 0 1 ${-bl} ${-bl}V${y + tl}a${tl} ${tl} 0 0 1 ${tl} ${-tl}Z`
  );
}
