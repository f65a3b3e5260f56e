import { environmentSettings } from '../../contract/environment-settings';
import { FAULTS } from '../../local/faults';
import { read } from './project';

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('README.md', () => {
  const text = read('README.md');

  test('lists every mistake', () => {
    expect(Object.keys(FAULTS).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

test('docs/aws.md has a row for every setting of an environment, and for nothing else', () => {
  const rows = matches(read('docs/aws.md'), /^\| `(\w+)`\s+\|/gm);
  expect(rows.toSorted()).toEqual(Object.keys(environmentSettings.shape).toSorted());
});
