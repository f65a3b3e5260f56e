import { isList, isObject, type Plain, type PlainObject } from '../wire';
import { kindOf } from './addresses';

const ID = /^\/subscriptions\/[^/]+\/resourceGroups\/./;

function ids(value: Plain | undefined): string[] {
  if (typeof value === 'string') return ID.test(value) ? [value] : [];
  if (isList(value)) return value.flatMap(ids);
  return isObject(value) ? Object.values(value).flatMap(ids) : [];
}

/** Ids of what must be there before this resource: what it is in, and everything that its inputs name by an id. */
export const references = (type: string, inputs: PlainObject): string[] => {
  const parent = kindOf(type).parent?.(inputs);
  return [...new Set([...(parent === undefined ? [] : [parent]), ...ids(inputs)])];
};
