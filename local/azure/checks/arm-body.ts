import { isList, isObject, UNKNOWN, type Plain, type PlainObject } from '../wire';
import { formOf, type ResourceForm } from './resource-types';

/** Maps whose keys people choose: a tag named like an input is still a tag. */
const FREE_MAPS = new Set(['tags', 'customProperties', 'actionProperties', 'webHookProperties']);

/** ARM keeps assigned identities as a map with empty entries; with one unknown id the whole map is unknown. */
function identityMap(ids: Plain): Plain {
  if (!isList(ids)) return ids;
  if (!ids.every((id) => typeof id === 'string')) return ids.includes(UNKNOWN) ? UNKNOWN : ids;
  return Object.fromEntries(ids.map((id) => [id, {}]));
}

function renamed(value: Plain, names: Readonly<Record<string, string>>): Plain {
  if (isList(value)) return value.map((item) => renamed(item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (FREE_MAPS.has(name)) return [name, inner];
      const next = renamed(inner ?? null, names);
      return [names[name] ?? name, name === 'userAssignedIdentities' ? identityMap(next) : next];
    }),
  );
}

const isAddress = (form: ResourceForm, name: string): boolean =>
  Object.hasOwn(form.names, name) || form.scopes?.includes(name) === true;

/**
 * The body that the azure-native provider would send to ARM for a resource's inputs; what is unknown stays
 * `UNKNOWN`. For a type that we don't know: the inputs as they are.
 */
export function armBody(type: string, inputs: PlainObject): PlainObject {
  const form = formOf(type);
  if (form === undefined) return inputs;
  const given = Object.entries(inputs).filter(
    ([name, value]) => value !== undefined && !isAddress(form, name),
  );
  const isTopLevel = ([name]: readonly [string, unknown]): boolean => form.topLevel.includes(name);
  const properties = Object.fromEntries(given.filter((entry) => !isTopLevel(entry)));
  const body = renamed(
    {
      ...Object.fromEntries(given.filter(isTopLevel)),
      ...(Object.keys(properties).length === 0 ? {} : { properties }),
    },
    form.renamed ?? {},
  );
  return isObject(body) ? body : {};
}
