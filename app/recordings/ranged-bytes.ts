/** Limits of an inspection. */
export interface ReadLimits {
  readonly requests: number;
  readonly bytes: number;
}

/**
 * Minimum per request: headers are small and close together, and a request takes as long as transferring tens of kilobytes.
 */
const LEAST_BYTES = 32 * 1024;

/** Number of cached ranges: the next read is mostly near an earlier one. */
const KEPT = 4;

interface Range {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Reads parts of a file with few larger requests instead of many small ones, within limits. */
export class RangedBytes {
  readonly #fetch: (from: number, to: number) => Promise<Uint8Array>;
  readonly #limits: ReadLimits;
  #kept: readonly Range[] = [];
  #requests = 0;
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #isExhausted = false;

  constructor(
    readonly size: number,
    fetch: (from: number, to: number) => Promise<Uint8Array>,
    limits: ReadLimits,
  ) {
    this.#fetch = fetch;
    this.#limits = limits;
  }

  /** Throws if a request failed: the media reader may have mistaken that for the end of the file. */
  checkAllRead(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Whether a read exceeded the limits. */
  isExhausted(): boolean {
    return this.#isExhausted;
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    const kept = this.#kept.find((one) => one.from <= from && to <= one.from + one.bytes.byteLength);
    if (kept !== undefined) return kept.bytes.subarray(from - kept.from, to - kept.from);
    const bytes = await this.#request(from, Math.min(this.size, Math.max(to, from + LEAST_BYTES)));
    this.#kept = [{ from, bytes }, ...this.#kept].slice(0, KEPT);
    return bytes.subarray(0, to - from);
  }

  async #request(from: number, to: number): Promise<Uint8Array> {
    this.#requests += 1;
    this.#bytes += to - from;
    if (this.#requests > this.#limits.requests || this.#bytes > this.#limits.bytes) {
      this.#isExhausted = true;
      throw new Error('The inspection would exceed its read limits.');
    }
    try {
      return await this.#fetch(from, to);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }
}
