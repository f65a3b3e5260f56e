/** One message of a run. */
export interface Diagnostic {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  /** The resource that it is about. */
  readonly urn?: string;
}

/** Takes the messages of a run, in order. */
export type Report = (diagnostic: Diagnostic) => void;
