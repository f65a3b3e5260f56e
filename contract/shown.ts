/** A value as an error shows it: JSON, cut where it would drown the sentence. */
export const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120);
