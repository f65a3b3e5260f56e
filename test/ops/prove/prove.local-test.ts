import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OPERATOR_KEY, START_KEY } from '../../app/routes/recordings/opened';
import { KEY, SECRET } from '../../app/helpers';
import { PROVEN, openScene, type FinishedProof, type ProofScene, type SceneOptions } from './scene';

let scene: ProofScene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const open = async (options: SceneOptions = {}): Promise<ProofScene> => (scene = await openScene(options));

const SECRETS = [OPERATOR_KEY, START_KEY, KEY, SECRET];

/** Rules for every proof, regardless of its result. */
async function expectNothingLeft(
  { active, log }: ProofScene,
  { stdout, stderr }: FinishedProof,
): Promise<void> {
  expect(await active()).toEqual([]);
  for (const text of [stdout, stderr, log.text]) {
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  }
}

test('a landed recording is proven: seen, playing, with picture and sound', async () => {
  const opened = await open();
  const proof = await opened.prove();
  expect([proof.code, proof.statuses]).toEqual([0, { ...PROVEN, erased: 'skipped' }]);
  expect(proof.report).toMatchObject({ passed: true, exitCode: 0, state: 'landed', cause: null, doctor: [] });
  await expectNothingLeft(opened, proof);
});

test("steps without bucket access are skipped, and the backend's configuration is named", async () => {
  const opened = await open({ looks: false });
  const { code, statuses, report } = await opened.prove();
  expect([code, statuses['landed'], statuses['seen'], statuses['plays']]).toEqual([
    0,
    'passed',
    'skipped',
    'skipped',
  ]);
  expect(report.steps.find(({ id }) => id === 'seen')?.found).toContain('Set RECORDINGS_ACCESS');
});

test("without an operator key only Tavus's announcement is proven; the other steps are skipped, and the recording is kept", async () => {
  const opened = await open({ looks: false });
  const proof = await opened.prove({ env: { OPERATOR_KEY: '' }, args: ['--keep'] });
  expect(proof.code).toBe(0);
  expect(proof.statuses).toMatchObject({
    landed: 'passed',
    seen: 'skipped',
    plays: 'skipped',
    'picture-and-sound': 'skipped',
    erased: 'skipped',
  });
  expect(proof.report.steps.at(-1)?.found).toBe('--keep is given');
  await expectNothingLeft(opened, proof);
});

/** A page that never calls the room: its call is replaced by a harmless one. */
async function neverRecords(directory: string): Promise<void> {
  const assets = path.join(directory, 'assets');
  for (const name of await readdir(assets)) {
    const file = path.join(assets, name);
    const script = await readFile(file, 'utf8');
    await writeFile(file, script.replaceAll('.startRecording()', '.meetingState()'));
  }
}

const ALL_CALLBACKS = [
  'system.replica_joined',
  'system.shutdown',
  'application.transcription_ready',
  'application.recording_ready',
  'application.perception_analysis',
];

interface Faulty {
  readonly what: string;
  readonly options: SceneOptions;
  readonly step: string;
  readonly cause: string | null;
}

test.each<Faulty>([
  {
    what: 'the room refuses to record',
    options: { faults: { roomRecordingRefused: true } },
    step: 'talk',
    cause: 'room-refused',
  },
  {
    what: 'the page never starts the recording',
    options: { changePages: neverRecords },
    step: 'talk',
    // It assumes that it sent the request.
    cause: null,
  },
  { what: 'storage denies', options: { deniesUploads: true }, step: 'talk', cause: 'broke-off' },
  {
    what: 'the callback is lost, and the backend may not look',
    options: { faults: { drop: ['application.recording_ready'], readyLogged: false }, looks: false },
    step: 'landed',
    cause: 'not-announced',
  },
  {
    what: 'no callback arrives',
    options: { faults: { drop: ALL_CALLBACKS, readyLogged: false }, looks: false },
    step: 'landed',
    cause: 'no-callbacks',
  },
  {
    what: 'the backend cannot read the bucket',
    options: { denies: 'denied' },
    step: 'seen',
    cause: null,
  },
  {
    what: 'nothing arrives in the bucket',
    options: { faults: { drop: ['application.recording_ready'], readyLogged: false }, losesUploads: true },
    step: 'landed',
    cause: 'not-stored',
  },
])('$what: the proof fails with that cause', async ({ options, step, cause }) => {
  const opened = await open(options);
  // A shorter one may be too short for delivery, which would be another cause.
  const proof = await opened.prove({ args: ['--talk', '11'] });
  expect([proof.code, proof.statuses[step], proof.report.cause]).toEqual([1, 'failed', cause]);
  await expectNothingLeft(opened, proof);
});

interface Untried {
  readonly what: string;
  readonly options?: SceneOptions;
  readonly env?: NodeJS.ProcessEnv;
  readonly step: string;
  readonly words: string;
}

test.each<Untried>([
  {
    what: 'all slots are taken',
    options: { faults: { maxConcurrent: 0 } },
    step: 'start',
    words: 'Too many conversations at a time',
  },
  {
    what: 'there are no credits',
    options: { faults: { apiFault: '402' } },
    step: 'start',
    words: 'Out of conversational credits',
  },
  {
    what: 'the start key is wrong',
    env: { START_API_KEY: 'another-start-key' },
    step: 'backend',
    words: 'start key',
  },
  {
    what: 'there is no such browser',
    env: { CHROME_PATH: '/no/such/browser' },
    step: 'browser',
    words: 'CHROME_PATH',
  },
])('$what: the recording could not be tried', async ({ options, env = {}, step, words }) => {
  const opened = await open(options);
  const proof = await opened.prove({ env });
  const last = proof.report.steps.at(-1);
  expect([proof.code, last?.id, last?.status]).toEqual([2, step, 'not-tried']);
  expect(last?.found).toContain(words);
  expect(proof.report.conversationId).toBeNull();
  if (step !== 'start') expect(await opened.tavus.sim('/requests')).toMatchObject({ json: { requests: [] } });
});
