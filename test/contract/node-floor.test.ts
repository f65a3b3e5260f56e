import { readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { nodeProblem } from '../../contract/node-floor';

const ROOT = path.resolve(__dirname, '..', '..');

test.each(['22.19.0', '22.23.3', '24.0.0', '24.21.0', '26.10.0'])('Node %s is supported', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

// The HTTP client does not load on these, not even on 23.0, which is above its own minimum (tried with each).
test.each(['16.20.2', '20.20.2', '22.0.0', '22.14.0', '22.18.0', '23.0.0'])(
  'Node %s is refused',
  (version) => {
    expect(nodeProblem(version)).toBe(
      `Node.js: is not a supported version, got ${version}. The HTTP client does not load on it, so no request to ` +
        'Tavus can be sent. Install Node 24, or 22.19 or newer of 22. In a checkout `npm ci` installs one, which npm and npx then use.',
    );
  },
);

test('package.json has the same rule', () => {
  expect(packageJson.engines.node).toBe('^22.19.0 || >=24.0.0');
});

test('no dependency needs a newer Node', () => {
  const floorOf = (name: string): string | undefined => {
    const file = path.join(ROOT, 'node_modules', name, 'package.json');
    const { engines }: typeof packageJson = JSON.parse(readFileSync(file, 'utf8'));
    return /^>= ?(\d+(?:\.\d+)*)$/.exec(engines?.node ?? '')?.[1];
  };
  const names = Object.keys({ ...packageJson.dependencies, ...packageJson.devDependencies });
  const newer = names.filter((name) => {
    const [major = 0, minor = 0] = (floorOf(name) ?? '0').split('.').map(Number);
    return major > 22 || (major === 22 && minor > 19);
  });
  expect(newer).toEqual([]);
  expect(floorOf('undici')).toBe('22.19.0');
});
