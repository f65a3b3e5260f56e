import { ProblemsError } from '../contract/problem';

/** The error about settings from which no stack can be made. */
export const settingsError = (problems: readonly string[]): ProblemsError =>
  new ProblemsError(problems, {
    title: 'The stacks cannot be made from these settings (cdk.json, or -c on the command line)',
  });

/** Makes an app's stacks, or prints all that is wrong with its settings, without a stack trace, and ends the process with 1. */
export function exitOnProblems(makeStacks: () => unknown): void {
  try {
    makeStacks();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    console.error(error.message);
    // Not `process.exitCode`: the app synthesizes itself when the event loop runs dry, and must not write a template now.
    process.exit(1);
  }
}
