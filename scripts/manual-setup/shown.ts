import { isList, isObject, type Json } from '../../local/json';

/** As wide as Prettier leaves a line alone. */
const WIDTH = 110;

/** Keys of a policy in the order in which people read them; all others stay where they are, before these. */
const READING_ORDER = [
  'Version',
  'Statement',
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'Resource',
  'Condition',
  // Of encryption: what is done before what is forbidden.
  'ApplyServerSideEncryptionByDefault',
  'BucketKeyEnabled',
  'BlockedEncryptionTypes',
];

const ordered = (entries: readonly (readonly [string, Json])[]): (readonly [string, Json])[] =>
  entries.toSorted(([a], [b]) => READING_ORDER.indexOf(a) - READING_ORDER.indexOf(b));

/** JSON in few lines: what fits on one stands on one. */
export function shownJson(value: Json, indent = ''): string {
  if (isObject(value) && Object.keys(value).length === 0) return '{}';
  const inner = `${indent}  `;
  const entries = isObject(value) ? ordered(Object.entries(value)) : [];
  const oneLine = isObject(value)
    ? `{ ${entries.map(([key, item]) => `"${key}": ${shownJson(item, inner)}`).join(', ')} }`
    : isList(value)
      ? `[${value.map((item) => shownJson(item, inner)).join(', ')}]`
      : JSON.stringify(value);
  // A list of objects is read line by line.
  const isTable = isList(value) && value.some(isObject) && value.length > 1;
  if (!isTable && !oneLine.includes('\n') && indent.length + oneLine.length <= WIDTH - 20) return oneLine;
  const rows = isObject(value)
    ? entries.map(([key, item]) => `${inner}"${key}": ${shownJson(item, inner)}`)
    : isList(value)
      ? value.map((item) => `${inner}${shownJson(item, inner)}`)
      : [];
  const [opening, closing] = isObject(value) ? '{}' : '[]';
  return `${opening}\n${rows.join(',\n')}\n${indent}${closing}`;
}
