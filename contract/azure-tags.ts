import * as z from 'zod';

/** Of a storage account, the shortest of all that is made here; others take 512. */
const MOST_NAME = 128;
const MOST_VALUE = 256;
/** A resource takes 50; two are ours. */
const MOST_TAGS = 48;

/** What is wrong with one pair, as it follows the setting's name; undefined: nothing. */
function pairProblem(pair: string, name: string): string | undefined {
  if (!pair.includes('=') || name === '') {
    return `is not a list of name=value with commas: ${JSON.stringify(pair)} is none`;
  }
  if (/[<>%&\\?/]/.test(name))
    return `has the name ${JSON.stringify(name)}: Azure takes none with < > % & \\ ? /`;
  if (/^(?:azure|microsoft|windows)/i.test(name)) {
    return `has the name ${JSON.stringify(name)}: what begins with azure, microsoft or windows is Azure's own`;
  }
  if (name.length > MOST_NAME) return `has a name of more than ${MOST_NAME} characters`;
  return pair.length - name.length - 1 > MOST_VALUE
    ? `has a value of more than ${MOST_VALUE} characters`
    : undefined;
}

const nameIn = (pair: string): string => pair.split('=', 1).join('').trim();

/** What is wrong with the list; undefined: nothing. */
function listProblem(pairs: readonly string[]): string | undefined {
  const names = pairs.map(nameIn);
  for (const [index, pair] of pairs.entries()) {
    const wrong = pairProblem(pair, names[index] ?? '');
    if (wrong !== undefined) return wrong;
  }
  const lower = names.map((name) => name.toLowerCase());
  const again = names.find((_, index) => lower.indexOf(lower[index] ?? '') < index);
  if (again !== undefined)
    return `names ${JSON.stringify(again)} twice: Azure does not tell names apart by their case`;
  return pairs.length > MOST_TAGS ? `has more than ${MOST_TAGS} tags` : undefined;
}

/**
 * Tags of Azure as `name=value,name=value`, checked as Azure would: it refuses a resource for one bad tag, half-way. A
 * value has no comma.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 * @see https://learn.microsoft.com/rest/api/resources/tags/create-or-update (reserved beginnings; both read 2026-11-29)
 */
export const azureTags = z
  .string()
  .transform((text) => text.split(',').map((pair) => pair.trim()))
  .superRefine((pairs, context) => {
    const message = listProblem(pairs);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .transform((pairs): Readonly<Record<string, string>> =>
    Object.fromEntries(pairs.map((pair) => [nameIn(pair), pair.slice(pair.indexOf('=') + 1).trim()])),
  );
