import { isList, isObject, type Json } from '../../local/json';

/** Prettier's line width. */
const WIDTH = 110;

/** Reading order of a policy's keys. All other keys come first, in their own order. */
const READING_ORDER = [
  'Version',
  'Statement',
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'Resource',
  'Condition',
  // Keys of an encryption rule.
  'ApplyServerSideEncryptionByDefault',
  'BucketKeyEnabled',
  'BlockedEncryptionTypes',
];

const ordered = (entries: readonly (readonly [string, Json])[]): (readonly [string, Json])[] =>
  entries.toSorted(([a], [b]) => READING_ORDER.indexOf(a) - READING_ORDER.indexOf(b));

/** Compact JSON: a value stands on one line if it fits. */
export function formatJson(value: Json, indent = ''): string {
  if (isObject(value) && Object.keys(value).length === 0) return '{}';
  const inner = `${indent}  `;
  const entries = isObject(value) ? ordered(Object.entries(value)) : [];
  const oneLine = isObject(value)
    ? `{ ${entries.map(([key, item]) => `"${key}": ${formatJson(item, inner)}`).join(', ')} }`
    : isList(value)
      ? `[${value.map((item) => formatJson(item, inner)).join(', ')}]`
      : JSON.stringify(value);
  // Each object of a list gets its own line.
  const isTable = isList(value) && value.some(isObject) && value.length > 1;
  if (!isTable && !oneLine.includes('\n') && indent.length + oneLine.length <= WIDTH - 20) return oneLine;
  const rows = isObject(value)
    ? entries.map(([key, item]) => `${inner}"${key}": ${formatJson(item, inner)}`)
    : isList(value)
      ? value.map((item) => `${inner}${formatJson(item, inner)}`)
      : [];
  const [opening, closing] = isObject(value) ? '{}' : '[]';
  return `${opening}\n${rows.join(',\n')}\n${indent}${closing}`;
}
