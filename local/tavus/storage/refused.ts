import type { RoleAction } from '../vendor';
import { CloudRefusal } from './cloud';

/** A call of the storage writer that AWS refused, with the right that it needed. */
export class Refused extends Error {
  constructor(
    readonly action: RoleAction,
    readonly refusal: CloudRefusal,
  ) {
    super(`${action} was refused (${refusal.code})`, { cause: refusal });
    this.name = 'Refused';
  }
}

/** Does one call and remembers which of the eight rights it stands for. */
export async function asking<T>(action: RoleAction, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof CloudRefusal ? new Refused(action, error) : error;
  }
}
