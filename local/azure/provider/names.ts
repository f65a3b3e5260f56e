import { randomBytes, randomUUID } from 'node:crypto';
import { kindOf } from '../cloud/addresses';

/** The type in a URN, `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export const typeOf = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** The logical name in a URN. */
export const nameOf = (urn: string): string => urn.split('::').at(-1) ?? '';

/**
 * Adds a name if the program gives none, as azure-native does: the logical name and eight random hex digits, or a GUID for
 * a role assignment. A later update keeps that name.
 */
export function withName(
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
