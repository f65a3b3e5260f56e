/** Key and name of an operator without Entra sign-in. */
export interface OperatorCredentials {
  readonly key: string;
  readonly name: string;
}

const STORAGE_KEY = 'recordings-operator';

function isCredentials(value: unknown): value is OperatorCredentials {
  return typeof value === 'object' && value !== null && 'key' in value && 'name' in value;
}

/** Kept in the browser tab, so that a reload does not ask again. */
export const credentials = {
  get(): OperatorCredentials | undefined {
    const kept: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
    return isCredentials(kept) ? kept : undefined;
  },
  set: (given: OperatorCredentials): void => sessionStorage.setItem(STORAGE_KEY, JSON.stringify(given)),
  forget: (): void => sessionStorage.removeItem(STORAGE_KEY),
};
