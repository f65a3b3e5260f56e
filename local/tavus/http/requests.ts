/** One create request as it came, and what became of it. The API key is not part of it. */
export interface ReceivedRequest {
  readonly at: string;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
  readonly status: number;
  readonly conversation_id?: string;
  /** The cause in plain words, which the vendor would keep to itself. */
  readonly sentence?: string;
}

/** The body for the record: unreadable JSON stays text. */
export function bodyForRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
