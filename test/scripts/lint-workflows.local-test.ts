import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { actionlint, runActionlint, runZizmor } from '../../scripts/workflows';

let folder: string;
beforeAll(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'tavus-recordings-workflows-')), '.github');
  mkdirSync(path.join(folder, 'workflows'), { recursive: true });
});
afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

/** A valid workflow, except possibly for its command. */
const plant = (command: string): void =>
  writeFileSync(
    path.join(folder, 'workflows', 'planted.yml'),
    `name: planted
on: pull_request
permissions: {}
concurrency:
  group: \${{ github.ref }}
  cancel-in-progress: true
jobs:
  job:
    name: Job
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - name: Command
        run: ${command}
`,
  );

test('zizmor passes a safe workflow, and fails one with an injection through a title', async () => {
  plant('npm --version');
  expect(await runZizmor(folder)).toBe(0);
  plant('echo ${{ github.event.pull_request.title }}');
  expect(await runZizmor(folder)).not.toBe(0);
});

test('zizmor fails a file that is not a workflow', async () => {
  writeFileSync(path.join(folder, 'workflows', 'planted.yml'), 'on: [');
  expect(await runZizmor(folder)).not.toBe(0);
});

// Skipped visibly if it is not available.
(actionlint() === undefined ? describe.skip : describe)('actionlint', () => {
  test('fails an unknown name, and reports it', () => {
    const errors = jest.spyOn(console, 'error').mockImplementation();
    plant('npm --version');
    expect(runActionlint(folder)).toBe(0);
    plant('echo ${{ github.evnt }}');
    expect(runActionlint(folder)).toBe(1);
    expect(errors.mock.calls).toEqual([
      ['actionlint: 1 workflows, no finding'],
      ['actionlint: 1 workflows, findings above'],
    ]);
    errors.mockRestore();
  });
});
