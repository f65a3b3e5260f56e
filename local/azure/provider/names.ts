import { randomBytes, randomUUID } from 'node:crypto';
import { kindOf } from '../cloud/addresses';

/** The type of a resource by its URN, `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export const typeOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** Its name in the program. */
export const nameOf = (urn: string): string => urn.split('::').at(-1) ?? '';

/**
 * Gives a resource a name as azure-native does when the program gave it none: the logical one and eight random hex
 * digits, a GUID for role assignments. What it once was called it is called again.
 */
export function named(
  urn: string,
  olds: Readonly<Record<string, unknown>>,
  news: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const type = typeOf(urn);
  const { name } = kindOf(type);
  if (news[name] !== undefined) return news;
  const made =
    type === 'azure-native:authorization:RoleAssignment'
      ? randomUUID()
      : `${nameOf(urn)}${randomBytes(4).toString('hex')}`;
  return { ...news, [name]: olds[name] ?? made };
}
