import { ProblemsError } from '../contract/problem';

/** The error for settings with problems. */
export const settingsError = (problems: readonly string[]): ProblemsError =>
  new ProblemsError(problems, {
    title: 'The stacks cannot be created with these settings (cdk.json, or -c on the command line)',
  });

/** Creates an app's stacks. If the settings have problems, prints them without a stack trace and exits with 1. */
export function exitOnProblems(createStacks: () => unknown): void {
  try {
    createStacks();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    console.error(error.message);
    // Not `process.exitCode`: the app synthesizes itself when the event loop is empty, and must not write a template now.
    process.exit(1);
  }
}
