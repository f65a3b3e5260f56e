import { givenText } from '../../contract/read-settings';

/**
 * Whether a workflow of GitHub runs this.
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables (read 2026-11-28)
 */
export const isOnGithub = (env: NodeJS.ProcessEnv): boolean => env['GITHUB_ACTIONS'] === 'true';

/** GitHub passes an unset variable as an empty string. */
export const given = (env: NodeJS.ProcessEnv, name: string): string | undefined => givenText(env[name]);
