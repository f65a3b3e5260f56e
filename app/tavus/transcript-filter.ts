const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const KEY = Buffer.from('transcript');
const NOTHING = Buffer.from('null');

/**
 * Removes transcripts from streamed JSON: replaces each value of a key `transcript` by null. Transcripts are long and not
 * needed here, so they are never held in memory. Text that is not JSON passes unchanged or in part.
 */
export class TranscriptFilter {
  private inString = false;
  private isEscaped = false;
  /** How many characters of the key the current string has matched; -1: it does not match. */
  private matched = -1;
  /** The last string was the key, and only whitespace followed. */
  private isKey = false;
  private skipping = false;
  /** Nesting depth inside the skipped value. */
  private depth = 0;
  private hasBegun = false;

  /** Returns the chunk without transcripts. */
  push(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let from = this.skipping ? chunk.length : 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.skipping) {
        if (!this.endsBefore(byte)) continue;
        this.skipping = false;
        from = at;
      }
      if (this.isValueAfter(byte)) {
        kept.push(chunk.subarray(from, at + 1), NOTHING);
        from = chunk.length;
        this.skipping = true;
        this.hasBegun = false;
        this.depth = 0;
      }
    }
    kept.push(chunk.subarray(from));
    return Buffer.concat(kept);
  }

  /** Whether this byte is the colon after the key. */
  private isValueAfter(byte: number): boolean {
    if (this.inString) {
      this.readString(byte);
      return false;
    }
    if (byte === QUOTE) {
      this.inString = true;
      this.matched = 0;
      this.isKey = false;
      return false;
    }
    const isColon = byte === COLON && this.isKey;
    if (!BLANK.has(byte)) this.isKey = false;
    return isColon;
  }

  private readString(byte: number): void {
    if (this.isEscaped) {
      this.isEscaped = false;
    } else if (byte === BACKSLASH) {
      this.isEscaped = true;
      this.matched = -1;
    } else if (byte === QUOTE) {
      this.inString = false;
      this.isKey = this.matched === KEY.length;
    } else {
      this.matched = this.matched >= 0 && byte === KEY[this.matched] ? this.matched + 1 : -1;
    }
  }

  /** Whether this byte is the first after the skipped value. */
  private endsBefore(byte: number): boolean {
    if (this.inString) {
      this.readString(byte);
      return false;
    }
    if (this.depth === 0 && (byte === COMMA || CLOSING.has(byte) || (this.hasBegun && BLANK.has(byte)))) {
      this.isKey = false;
      return true;
    }
    if (byte === QUOTE) this.inString = true;
    if (OPENING.has(byte)) this.depth += 1;
    if (CLOSING.has(byte)) this.depth -= 1;
    if (!BLANK.has(byte)) this.hasBegun = true;
    return false;
  }
}
