import { runChecks } from '../../../ops/doctor/run-checks';
import { doctorExitCode, toJson, textReport } from '../../../ops/doctor/report';
import { fail, ok, unknown, warn, type Check, type CheckResult } from '../../../ops/doctor/check-result';

const GOOD: CheckResult = { id: 'bucket-exists', topic: 'bucket', asks: 'AWS', ...ok('acme', 'a bucket') };
const TAVUS: CheckResult = { id: 'tavus-key', topic: 'tavus', asks: 'Tavus', ...ok('accepted', 'a key') };
const BAD: CheckResult = {
  id: 'role-session',
  topic: 'role',
  asks: 'AWS',
  ...fail('3600 s', '43200 s', 'aws iam ...'),
};
const ODD: CheckResult = { id: 'callback-url', topic: 'callbacks', ...warn('none', 'an address', 'Set it.') };
const DARK: CheckResult = {
  id: 'key-enabled',
  topic: 'key',
  asks: 'AWS',
  ...unknown('needs a right', 'a key', 'Allow it.'),
  isRetryable: true,
};

describe('the report for people', () => {
  test('has a line for each check by topic, with a fix for each problem', () => {
    const text = textReport([TAVUS, GOOD, BAD, ODD, DARK], 1.24, { colour: false });
    expect(text).toBe(`
Bucket
  ✓ bucket-exists  acme

Role for Tavus
  ✗ role-session   3600 s
                   expected: 43200 s
                   fix: aws iam ...
                   see: RECORDING_CONFIGURATION.md#tavus-answers-400-when-a-conversation-is-made

Encryption key
  ? key-enabled    needs a right
                   fix: Allow it.
                   see: RECORDING_CONFIGURATION.md#the-doctor-says-unknown

Tavus
  ✓ tavus-key      accepted

Callbacks
  ! callback-url   none
                   expected: an address
                   fix: Set it.
                   see: docs/runbook.md#no-callback-arrives

2 ok, 1 to look at, 1 failed, 1 unknown, in 1.2 s
`);
  });

  test('reports a shared reason for several unknown checks once', () => {
    const more = ['key-grants', 'key-policy'].map((id) => ({ ...DARK, id }));
    const text = textReport([DARK, ...more, { ...DARK, id: 'x', found: 'else' }], 1, { colour: false });
    expect(text).toContain('  ? key-enabled, 2 more  needs a right\n');
    expect(text).toContain('  ? x                    else\n');
  });

  test('has colours only if requested', () => {
    // oxlint-disable-next-line no-control-regex -- it is what is looked for
    const colour = /\u001B\[/;
    expect(textReport([BAD], 1, { colour: true })).toMatch(colour);
    expect(textReport([BAD], 1, { colour: false })).not.toMatch(colour);
  });
});

test('the report for programs has all results', () => {
  expect(toJson([GOOD, BAD, TAVUS], 1.24)).toEqual({
    ok: false,
    exitCode: 1,
    totals: { ok: 2, warn: 0, fail: 1, unknown: 0 },
    seconds: 1.24,
    checks: [
      {
        id: 'bucket-exists',
        topic: 'bucket',
        status: 'ok',
        found: 'acme',
        expected: 'a bucket',
        fix: null,
        hint: 'RECORDING_CONFIGURATION.md#with-an-existing-bucket-or-role',
      },
      {
        id: 'role-session',
        topic: 'role',
        status: 'fail',
        found: '3600 s',
        expected: '43200 s',
        fix: 'aws iam ...',
        hint: 'RECORDING_CONFIGURATION.md#tavus-answers-400-when-a-conversation-is-made',
      },
      {
        id: 'tavus-key',
        topic: 'tavus',
        status: 'ok',
        found: 'accepted',
        expected: 'a key',
        fix: null,
        hint: 'docs/runbook.md#starts-are-refused',
      },
    ],
  });
});

test.each<readonly [string, readonly CheckResult[], number]>([
  ['all ok', [GOOD, TAVUS], 0],
  ['something to look at', [GOOD, TAVUS, ODD], 0],
  ['something unknown', [GOOD, TAVUS, DARK], 0],
  ['a failure', [GOOD, TAVUS, BAD], 1],
  ['a failure with only unknown results', [BAD, { ...TAVUS, ...unknown('x', 'y') }], 1],
  ['nothing from AWS', [DARK, TAVUS, ODD], 2],
  ['nothing from Tavus', [GOOD, { ...TAVUS, ...unknown('x', 'y') }], 2],
  ['unknowns alone', [DARK, { ...TAVUS, ...unknown('x', 'y') }], 2],
])('the exit code for %s', (_, lines, code) => {
  expect(doctorExitCode(lines)).toBe(code);
});

describe('running the checks', () => {
  const check = (id: string, run: Check['run'], timeoutMs?: number): Check => ({
    id,
    topic: 'aws',
    run,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const never = (): Promise<never> => new Promise(() => undefined);
  const quiet = { progress: () => undefined };

  test('a check that throws, rejects or hangs does not stop the others', async () => {
    const lines = await runChecks(
      [
        check('throws', () => {
          throw new Error('a');
        }),
        check('rejects', () => Promise.reject(new Error('b'))),
        check('never', never, 20),
        check('answers', () => ok('x', 'y')),
      ],
      quiet,
    );
    expect(lines.map(({ id, status, found }) => [id, status, found])).toEqual([
      ['throws', 'unknown', 'the check itself failed: a'],
      ['rejects', 'unknown', 'the check itself failed: b'],
      ['never', 'unknown', 'no answer within 0.02 s'],
      ['answers', 'ok', 'x'],
    ]);
  });

  test('all checks start before the first result', async () => {
    const started: string[] = [];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const waiting = (id: string): Check =>
      check(id, async () => {
        started.push(id);
        await gate;
        return ok('x', 'y');
      });
    const running = runChecks(
      [
        waiting('a'),
        waiting('b'),
        check('c', () => {
          release();
          return ok('x', 'y');
        }),
      ],
      quiet,
    );
    await running;
    expect(started).toEqual(['a', 'b']);
  });

  test('pending checks are named only after a delay', async () => {
    const lines: string[] = [];
    const options = { progress: (text: string): void => void lines.push(text), quietMs: 10 };
    await runChecks([check('fast', () => ok('x', 'y'))], options);
    expect(lines).toEqual([]);
    await runChecks([check('fast', () => ok('x', 'y')), check('slow', never, 50)], options);
    expect(lines[0]).toBe('waiting for slow');
    lines.length = 0;
    await runChecks(
      ['a', 'b', 'c', 'd'].map((id) => check(id, never, 50)),
      options,
    );
    expect(lines[0]).toBe('waiting for 4 checks');
  });
});
