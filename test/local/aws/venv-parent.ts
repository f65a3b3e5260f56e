/** A process for python.local-test.ts to kill: installs packages, and prints the progress. */
import { ensureVenv } from '../../../local/aws/python';

const [, , requirementsFile = '', cacheDirectory = ''] = process.argv;
const report = (text: string): void => void process.stdout.write(`${text}\n`);

void ensureVenv({ name: 'test', requirementsFile, cacheDirectory, report });
