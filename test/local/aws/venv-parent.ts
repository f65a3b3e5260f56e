/** A parent for python.local-test.ts to kill: installs, and prints what is reported meanwhile. */
import { ensureVenv } from '../../../local/aws/python';

const [, , requirementsFile = '', cacheDirectory = ''] = process.argv;
const report = (text: string): void => void process.stdout.write(`${text}\n`);

void ensureVenv({ name: 'test', requirementsFile, cacheDirectory, report });
