import { environmentSettings } from '../../infra-aws/environment-settings';
import { MISTAKES } from '../../local/mistakes';
import { read } from './project';

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('README.md', () => {
  const text = read('README.md');

  test('lists every mistake', () => {
    expect(Object.keys(MISTAKES).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('has a row for every setting of an environment, and for nothing else', () => {
    const section = text.slice(
      text.indexOf('Environments are in the context'),
      text.indexOf('All mistakes in them'),
    );
    expect(matches(section, /^\| `(\w+)`\s+\|/gm).toSorted()).toEqual(
      Object.keys(environmentSettings.shape).toSorted(),
    );
  });
});
