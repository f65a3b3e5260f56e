/** What an operator without a sign-in has given. */
export interface Credentials {
  readonly key: string;
  readonly name: string;
}

const PLACE = 'recordings-operator';

function isCredentials(value: unknown): value is Credentials {
  return typeof value === 'object' && value !== null && 'key' in value && 'name' in value;
}

/** Kept for this browser tab alone, so that a reload does not ask again. */
export const credentials = {
  get(): Credentials | undefined {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PLACE) ?? 'null');
    return isCredentials(kept) ? kept : undefined;
  },
  set: (given: Credentials): void => sessionStorage.setItem(PLACE, JSON.stringify(given)),
  forget: (): void => sessionStorage.removeItem(PLACE),
};
