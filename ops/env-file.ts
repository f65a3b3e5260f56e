import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { problem } from '../contract/problem';
import { errorCode } from './error-code';
import { UsageError } from './usage-error';

/**
 * The environment with what a file adds to it. The process environment comes first; a blank value counts as unset, as in
 * the doctor.
 *
 * @param command whose help says more
 * @throws UsageError when the file cannot be read
 */
export function withEnvFile(
  envFile: string | undefined,
  env: NodeJS.ProcessEnv,
  command: string,
): NodeJS.ProcessEnv {
  if (envFile === undefined) return env;
  let text: string;
  try {
    text = readFileSync(envFile, 'utf8');
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    const unread = problem({
      name: '--env-file',
      wrong: 'cannot be read',
      got: `${envFile} (${code})`,
      why: 'The values in it would be missing.',
      fix: 'Name a file that is there.',
    });
    throw new UsageError([unread], command);
  }
  return {
    ...env,
    ...parseEnv(text),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== '')),
  };
}
