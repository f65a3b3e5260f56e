import { readFileSync } from 'node:fs';
import path from 'node:path';
import { INITIAL } from '../../../app/qa/state';
import { view } from '../../../app/qa/view';

const html = readFileSync(path.resolve(__dirname, '../../../app/qa/qa.html'), 'utf8');
const namesOf = (attribute: string): string[] =>
  [
    ...new Set(
      [...html.matchAll(new RegExp(`data-${attribute}="(\\w+)"`, 'g'))].map(([, name = '']) => name),
    ),
  ].toSorted();

test.each(['text', 'show', 'off', 'enabled'] as const)(
  'the page has every %s of the view, and no other',
  (kind) => {
    expect(namesOf(kind)).toEqual(Object.keys(view(INITIAL)[kind]).toSorted());
  },
);

test('no inline script, style or handler: the policy would block them', () => {
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});
