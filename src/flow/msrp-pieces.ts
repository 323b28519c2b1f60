/**
 * The pieces of a message that is not whole yet, in the order of arrival: of overlapping bytes the last to arrive win
 * (RFC 4975 §7.3.1).
 *
 * A sender may cut 8 MB into chunks of any size, and a list of 32,000 would be copied 32,000 times. So a small piece
 * that goes on where the last one ends is put together with it, like with like, until both are no longer small: each
 * byte is copied a few times, and the list stays short. Values, never changed once they are here.
 */
export type Piece = {
  /** Its first byte, counted from 1. */
  readonly start: number;
  readonly bytes: Uint8Array;
};

/** What we send ourselves is not copied. */
const smallBytes = 8_192;
/** More than come of any chunks in order; what comes out of order can't be put together. */
export const mostPieces = (messageBytes: number): number => 64 + messageBytes / smallBytes;

export function addPiece(pieces: readonly Piece[], added: Piece): readonly Piece[] {
  let last = added;
  let kept = pieces.length;
  for (; kept > 0; kept -= 1) {
    const before = pieces[kept - 1];
    if (before === undefined || !goesOn(before, last)) break;
    last = join(before, last);
  }
  return [...pieces.slice(0, kept), last];
}

/** Never longer than what is joined to it, or a long piece would be copied for each short one. */
const goesOn = (before: Piece, after: Piece): boolean =>
  before.start + before.bytes.length === after.start &&
  before.bytes.length <= after.bytes.length &&
  after.bytes.length < smallBytes;

function join(before: Piece, after: Piece): Piece {
  const bytes = new Uint8Array(before.bytes.length + after.bytes.length);
  bytes.set(before.bytes, 0);
  bytes.set(after.bytes, before.bytes.length);
  return { start: before.start, bytes };
}

/** The only piece itself where it is all there is. */
export function assemble(pieces: readonly Piece[], totalBytes: number): Uint8Array {
  const only = pieces.length === 1 ? pieces[0] : undefined;
  if (only?.start === 1 && only.bytes.length === totalBytes) return only.bytes;
  const whole = new Uint8Array(totalBytes);
  for (const { start, bytes } of pieces) whole.set(bytes, start - 1);
  return whole;
}
