import { defined } from '../../../contract/defined';
import { deploy } from '../../../ops/deploy/deploy';
import type { JobContext } from '../../../ops/deploy/job-context';
import {
  asJson,
  checkout,
  NO_PROBLEMS,
  DIGEST,
  REGISTRY,
  LIVE_URL,
  fakeJobIn,
  type ProgramAnswers,
  type FakeJob,
} from './fake-context';

const { root, remove } = checkout();
afterAll(remove);

const IMAGE = `${REGISTRY}/tavus-recordings@${DIGEST}`;
const app = (latest: string, ready: string, image = IMAGE): object => ({
  properties: {
    latestRevisionName: latest,
    latestReadyRevisionName: ready,
    template: { containers: [{ image }] },
  },
});

const polls = (fake: FakeJob): number => fake.done().filter((line) => line.startsWith('az rest')).length;

const live = (answers: ProgramAnswers, statusOf?: JobContext['statusOf']): FakeJob =>
  fakeJobIn(root, { answers, ...defined({ statusOf }) });

test('a response of the old revision does not count as one of the new', async () => {
  const asked: string[] = [];
  let count = 0;
  const fake = live(
    { 'az rest': () => asJson((count += 1) < 3 ? app('r2', 'r1') : app('r2', 'r2'))() },
    (url) => {
      asked.push(url);
      return Promise.resolve(200);
    },
  );
  await deploy(fake.context);
  expect([polls(fake), asked]).toEqual([3, [`${LIVE_URL}/readyz`]]);
});

test('a revision that is not ready is polled again', async () => {
  const statuses = [undefined, 503, 200];
  const fake = live({}, () => Promise.resolve(statuses.shift()));
  await deploy(fake.context);
  expect(polls(fake)).toBe(3);
});

test.each([
  ['a revision that never becomes ready', app('r2', 'r1'), 200, 'a revision that is not ready'],
  ['another image', app('r2', 'r2', `${REGISTRY}/tavus-recordings@sha256:other`), 200, 'another image'],
  ['a backend that does not respond', app('r2', 'r2'), undefined, `${LIVE_URL}/readyz does not answer`],
  ['a backend that is not ready', app('r2', 'r2'), 503, `${LIVE_URL}/readyz 503`],
])('%s fails after a time limit, and the doctor is not run', async (_, found, status, seen) => {
  const fake = live({ 'az rest': asJson(found) }, () => Promise.resolve(status));
  await expect(deploy(fake.context)).rejects.toThrow(
    `tavus-backend: is not ready after 10 minutes, got ${seen}. The previous revision keeps serving.`,
  );
  expect(fake.done().some((line) => line.startsWith('doctor'))).toBe(false);
});

describe('the doctor', () => {
  test('gets the live settings, the address, and the defaults of Azure', async () => {
    const fake = live({});
    await deploy(fake.context);
    expect(fake.commands.at(-1)).toMatchObject({
      program: 'doctor',
      env: {
        TAVUS_REPLICA_ID: 'r79e1c033f',
        TAVUS_ENABLE_RECORDING: 'true',
        TAVUS_REQUIRE_RECORDING_CONSENT: 'true',
        PUBLIC_BASE_URL: LIVE_URL,
        EASY_AUTH: 'false',
        AWS_REGION: 'us-east-1',
      },
    });
  });

  test.each([
    [1, 'fail', 'role-trust'],
    [2, 'unknown', 'tavus-key'],
  ])('with exit code %i fails the job, which names the check', async (code, status, id) => {
    const report = {
      totals: { ok: 2, [status]: 1 },
      checks: [...NO_PROBLEMS.checks, { id, status, found: 'an answer', fix: 'Do this.' }],
    };
    const fake = live({ doctor: () => ({ code, ...asJson(report)() }) });
    await expect(deploy(fake.context)).rejects.toThrow(
      `recordings doctor: found problems, got exit code ${code} (${id}).`,
    );
    expect(fake.log()).toContain(`  │ ${status} ${id}: an answer Do this.\n`);
    expect(fake.summary()).toContain(`2 ok, 1 ${status}`);
  });

  test('without a report fails the job', async () => {
    const fake = live({ doctor: () => ({ code: 2, stderr: 'AWS_CA_BUNDLE: cannot be read' }) });
    await expect(deploy(fake.context)).rejects.toThrow('recordings doctor: found problems, got exit code 2');
    expect(fake.log()).toContain('  │ AWS_CA_BUNDLE: cannot be read');
  });

  test('with only a warning passes', async () => {
    const report = {
      totals: { warn: 1 },
      checks: [{ id: 'clock', status: 'warn', found: 'late', fix: null }],
    };
    await expect(deploy(live({ doctor: asJson(report) }).context)).resolves.toBeUndefined();
  });
});
