import { findPython } from '../../../local/aws/find-python';
import type { RunCommand } from '../../../local/aws/find-python';

/** A computer with these commands and their outputs. */
const machine =
  (answers: Record<string, string>): RunCommand =>
  (command, args) =>
    Promise.resolve(answers[[command, ...args.slice(0, -3)].join(' ')]);

const answer = (version: number[], missing: string[] = []): string => JSON.stringify({ version, missing });

test('takes the first Python that is new enough', async () => {
  const found = await findPython(
    machine({
      python3: answer([3, 9, 6]),
      'python3.12': answer([3, 12, 1]),
      'python3.11': answer([3, 11, 0]),
    }),
    'darwin',
  );
  expect(found).toEqual({ command: 'python3.12', args: [], version: '3.12.1' });
});

test('uses the launcher on Windows', async () => {
  const found = await findPython(machine({ 'py -3': answer([3, 13, 0]) }), 'win32');
  expect(found).toEqual({ command: 'py', args: ['-3'], version: '3.13.0' });
});

test('ignores the python command of the Microsoft Store', async () => {
  const store = machine({ python: 'Python was not found; run without arguments to install from the Store' });
  await expect(findPython(store, 'win32')).rejects.toThrow('got no Python.');
});

test('without Python the error says what is needed, why, and how to install it', async () => {
  await expect(findPython(machine({}), 'darwin')).rejects.toThrow(
    'Python: Python >= 3.11 with the modules venv and ensurepip is needed, got no Python. ' +
      'The AWS emulator is a Python program, which is installed into a separate folder. ' +
      'Install it with `brew install python@3.13`, then run the command again.',
  );
});

test('lists each version that is too old', async () => {
  const old = machine({ python3: answer([3, 9, 6]), python: answer([2, 7, 18]) });
  await expect(findPython(old, 'linux')).rejects.toThrow('got python3 is 3.9.6; python is 2.7.18.');
});

test('names the package that Debian needs in addition', async () => {
  const debian = machine({ python3: answer([3, 11, 2], ['ensurepip']) });
  await expect(findPython(debian, 'linux')).rejects.toThrow(
    /got python3 is 3\.11\.2 without ensurepip\..* run `apt install python3\.11-venv`/,
  );
});
