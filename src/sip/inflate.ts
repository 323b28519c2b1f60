/**
 * `Content-Encoding: deflate` undone (RFC 3261 §20.12, RFC 1950), up to a size: a few bytes may stand for gigabytes.
 *
 * What is fed in comes in small pieces and waits for what comes out, so that no more than one piece's worth is ever
 * made beyond the limit. linphone compresses its notifications so. Some leave the zlib header out (RFC 1951 alone), as
 * on the web; that is told by its first two bytes.
 */
import { ProtocolError } from "../wire/errors.ts";

const pieceBytes = 256;

/** Rejects with ProtocolError: 400 what is not deflated, 413 what becomes longer than that. */
export async function inflate(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  let at = 0;
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += pieceBytes)));
    },
  });
  const reader = pieces
    .pipeThrough(new DecompressionStream(hasZlibHeader(bytes) ? "deflate" : "deflate-raw"))
    .getReader();
  const out = new Uint8Array(mostBytes);
  let length = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (length + read.value.length > mostBytes) throw new ProtocolError(413, "inflates to too much");
      out.set(read.value, length);
      length += read.value.length;
    }
  } catch (error) {
    // What is left is of no use; that it is dropped may fail for the same reason as the reading.
    void reader.cancel().catch(() => {});
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(400, "not deflated");
  }
  return out.slice(0, length);
}

/** RFC 1950 §2.2: method 8, and both bytes together a multiple of 31. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [cmf = 0, flg = 0] = bytes;
  return (cmf & 0x0f) === 8 && ((cmf << 8) | flg) % 31 === 0;
}
