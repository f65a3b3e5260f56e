import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { problem } from '../contract/problem';
import { errorCode } from './error-code';
import { UsageError } from './usage-error';

/**
 * Adds the values of an env file to the environment. The process environment wins; a blank value counts as unset.
 *
 * @param command named in the error, for its --help
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
      why: 'Its values would be missing.',
      fix: 'Give a file that exists.',
    });
    throw new UsageError([unread], command);
  }
  return {
    ...env,
    ...parseEnv(text),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== '')),
  };
}
