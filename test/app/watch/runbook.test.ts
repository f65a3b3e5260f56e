import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CAUSE_NAMES, CAUSES, runbookOf } from '../../../app/watch/causes';

const ROOT = path.resolve(__dirname, '../../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The section of the runbook with the causes. */
const SECTION =
  read('docs/runbook.md')
    .split(/^## /m)
    .find((part) => part.startsWith('A recording is missing')) ?? '';
const ENTRIES = [...SECTION.matchAll(/^### (?<name>.+)$/gm)].map(({ groups }) => groups?.['name'] ?? '');

const DOCTOR = readdirSync(path.join(ROOT, 'ops/doctor'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(`ops/doctor/${file}`))
  .join('\n');

test('each cause has its entry in the runbook, in the order of the checks', () => {
  expect(ENTRIES).toEqual(CAUSE_NAMES);
});

test.each(CAUSE_NAMES)('the link of %s leads to its entry', (cause) => {
  // GitHub's anchor of a heading of lower-case letters and hyphens is the heading itself.
  expect(runbookOf(cause)).toBe(`docs/runbook.md#${cause}`);
  expect(cause).toMatch(/^[a-z-]+$/);
});

test.each(
  CAUSE_NAMES.flatMap((cause) => (CAUSES[cause].check === undefined ? [] : [[cause, CAUSES[cause].check]])),
)('%s is confirmed by %s, a check of the doctor', (_cause, check) => {
  expect(DOCTOR).toContain(`'${check}'`);
});
