import type { Plain, PlainObject } from '../../../../local/azure/wire';
import { propertyName } from '../../../../local/azure/checks/place';
import { asText, changed, select, valueAt } from './changes';
import { APP_MISTAKES } from './app-mistakes';
import { PLATFORM_MISTAKES } from './platform-mistakes';

/** A small slip in good inputs, and who notices it. */
export interface Mistake {
  readonly what: string;
  readonly type: string;
  /** Where it is made, as a selector of `changes.ts`. */
  readonly at: string;
  /** What stands there instead; a function makes it of what stood there, undefined takes it away. */
  readonly to: Plain | undefined | ((old: Plain | undefined) => Plain | undefined);
  readonly caughtBy: 'rules' | 'definitions' | 'both';
  /** Where it is noticed, when that is somewhere else. */
  readonly noticedAt?: string;
  /** Where the definitions notice it, when that is somewhere else again. */
  readonly definitionsNoticeAt?: string;
}

/** Good inputs with a mistake in them, and the properties that problems should name. */
export interface Made {
  readonly broken: PlainObject;
  readonly byRules: string;
  readonly byDefinitions: string;
}

/**
 * Makes a mistake in good inputs.
 * @throws when it changes nothing in these inputs, so that it can't pass for caught.
 */
export function make(mistake: Mistake, good: PlainObject): Made {
  const path = select(good, mistake.at);
  if (valueAt(good, path.slice(0, -1)) === undefined) throw new Error(`${mistake.what}: nothing to change`);
  const to = typeof mistake.to === 'function' ? mistake.to(valueAt(good, path)) : mistake.to;
  const broken = changed(good, path, to);
  if (asText(broken) === asText(good)) throw new Error(`${mistake.what}: changes nothing`);
  const noticed = (at: string | undefined): string | undefined =>
    at === undefined ? undefined : propertyName(select(broken, at));
  const byRules = noticed(mistake.noticedAt) ?? propertyName(path);
  return { broken, byRules, byDefinitions: noticed(mistake.definitionsNoticeAt) ?? byRules };
}

export const MISTAKES: readonly Mistake[] = [...APP_MISTAKES, ...PLATFORM_MISTAKES];
