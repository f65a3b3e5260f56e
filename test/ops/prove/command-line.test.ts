import { main } from '../../../ops/command-line';
import { cliContext } from '../run';

test('reports all problems of the options', async () => {
  const context = cliContext({});
  const args = ['--url', 'ftp://x', '--talk', '3', '--wait', 'long', '--nope', '--keep=no', 'word'];
  expect(await main(['prove', ...args], context)).toBe(2);
  expect(context.written.stderr.split('\n').map((line) => line.slice(0, 24))).toEqual([
    '- word: takes no such wo',
    '- --nope: no such option',
    '- --keep: takes no value',
    '- --url: is not an addre',
    '- --talk: is not a whole',
    '- --wait: is not a whole',
    'Run `npx recordings prov',
    '',
  ]);
});

test.each([
  ['a password', 'https://user:hidden-password@recordings.example.com', 'has a name or password in it'],
  ['no encryption on the way', 'http://recordings.example.com', 'is not https'],
])('refuses an address with %s', async (_what, url, words) => {
  const context = cliContext({});
  expect(await main(['prove', '--url', url, '--yes'], context)).toBe(2);
  expect(context.written.stderr).toContain(words);
  expect(context.written.stderr).not.toContain('hidden-password');
});

test('starts nothing without a terminal for the confirmation, and names the cost', async () => {
  const context = cliContext({});
  expect(await main(['prove', '--url', 'https://recordings.example.com'], context)).toBe(2);
  expect(context.written.stderr).toContain('--yes: missing');
  expect(context.written.stderr).toContain(
    'about 1 min of Tavus time and uses one of your concurrent conversations',
  );
});
