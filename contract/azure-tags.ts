import * as z from 'zod';

/** Limit of a storage account, the strictest of our resources; others accept 512. */
const MOST_NAME = 128;
const MOST_VALUE = 256;
/** Azure accepts 50 tags for each resource; two are ours. */
const MOST_TAGS = 48;

/** Problem of one pair; follows the setting's name. Undefined if the pair is valid. */
function pairProblem(pair: string, name: string): string | undefined {
  if (!pair.includes('=') || name === '') {
    return `is not a comma-separated list of name=value: ${JSON.stringify(pair)} is not name=value`;
  }
  if (/[<>%&\\?/]/.test(name))
    return `has the name ${JSON.stringify(name)}: Azure does not accept < > % & \\ ? /`;
  if (/^(?:azure|microsoft|windows)/i.test(name)) {
    return `has the name ${JSON.stringify(name)}: Azure reserves names that begin with azure, microsoft or windows`;
  }
  if (name.length > MOST_NAME) return `has a name of more than ${MOST_NAME} characters`;
  return pair.length - name.length - 1 > MOST_VALUE
    ? `has a value of more than ${MOST_VALUE} characters`
    : undefined;
}

const nameIn = (pair: string): string => pair.split('=', 1).join('').trim();

/** Problem of the whole list; undefined if it is valid. */
function listProblem(pairs: readonly string[]): string | undefined {
  const names = pairs.map(nameIn);
  for (const [index, pair] of pairs.entries()) {
    const wrong = pairProblem(pair, names[index] ?? '');
    if (wrong !== undefined) return wrong;
  }
  const lower = names.map((name) => name.toLowerCase());
  const again = names.find((_, index) => lower.indexOf(lower[index] ?? '') < index);
  if (again !== undefined)
    return `has the name ${JSON.stringify(again)} twice: Azure compares names case-insensitively`;
  return pairs.length > MOST_TAGS ? `has more than ${MOST_TAGS} tags` : undefined;
}

/**
 * Azure tags as `name=value,name=value`; a value cannot contain a comma. Checked before the deployment, because Azure
 * refuses a resource with a bad tag when other resources already exist.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 * @see https://learn.microsoft.com/rest/api/resources/tags/create-or-update (reserved prefixes; both read 2026-11-29)
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
