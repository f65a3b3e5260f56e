/** All that is wrong with what the operator configured, one line each, found before any construct was made. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(
      'The stacks cannot be made from these settings (cdk.json, or -c on the command line):\n' +
        problems.map((problem) => `- ${problem}`).join('\n'),
    );
  }
}
