import { OPERATOR_KEY, START_KEY } from '../../app/routes/recordings/opened';
import { KEY, SECRET } from '../../app/helpers';
import { openScene, type Scene, type SceneOptions } from './scene';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const open = async (options: SceneOptions = {}): Promise<Scene> => (scene = await openScene(options));

test('a recording that lands is proven: seen, playing, with picture and sound; no secret is told, and nothing is left', async () => {
  const { prove, active, log } = await open();
  const { code, report, statuses, stdout, stderr } = await prove();
  process.stderr.write(stderr);
  expect([code, statuses]).toEqual([
    0,
    {
      backend: 'passed',
      browser: 'passed',
      page: 'passed',
      start: 'passed',
      talk: 'passed',
      landed: 'passed',
      seen: 'passed',
      plays: 'passed',
      'picture-and-sound': 'passed',
      erased: 'skipped',
    },
  ]);
  expect(report).toMatchObject({ passed: true, exitCode: 0, state: 'landed', cause: null, doctor: [] });
  expect(await active()).toEqual([]);
  for (const text of [stdout, stderr, log.text]) {
    for (const secret of [OPERATOR_KEY, START_KEY, KEY, SECRET]) expect(text).not.toContain(secret);
  }
});
