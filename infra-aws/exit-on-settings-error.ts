import { SettingsError } from './settings-error';

/** Makes an app's stacks, or prints all that is wrong with its settings, without a stack trace, and ends the process with 1. */
export function exitOnSettingsError(makeStacks: () => unknown): void {
  try {
    makeStacks();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    // Not `process.exitCode`: the app synthesizes itself when the event loop runs dry, and must not write a template now.
    process.exit(1);
  }
}
