import * as z from 'zod';
import { defined } from '../../../contract/defined';
import { pulumiConfigKey } from '../../../contract/names';
import { problem } from '../../../contract/problem';
import { CONFIG_SETTINGS, SECRET_SETTINGS } from '../../../contract/settings';
import { pulumiEnvironment } from '../environments';
import type { Job } from '../job';
import { Refusal } from '../refusal';
import type { Command } from '../run';
import { destructiveSteps, driftProblem, type Preview, readPreview, stepsTable } from './judge-preview';

const OUTPUTS = z.object({
  registry: z.string().optional(),
  url: z.string().optional(),
  image: z.string().optional(),
  tenantId: z.string().optional(),
  appPrincipalId: z.string().optional(),
});

/** Each is undefined until the first update created it. */
type StackOutputs = z.output<typeof OUTPUTS>;

/** The stack of the backend, through the Pulumi CLI. */
export class BackendStack {
  constructor(private readonly job: Job) {}

  private pulumi(args: readonly string[], input?: string): Command {
    const { context, values } = this.job;
    return {
      program: 'pulumi',
      args: [...args, '--non-interactive', '--color', 'never'],
      env: pulumiEnvironment(context.env, values),
      input,
    };
  }

  /** @throws Refusal when it does not exist: a person creates it, with the key for its secrets */
  async select(): Promise<void> {
    const environment = this.job.values.ci.RECORDINGS_ENVIRONMENT;
    await this.job.succeed(
      'pulumi stack select',
      'The stack does not exist, or its state cannot be read.',
      this.pulumi(['stack', 'select', environment]),
    );
  }

  async outputs(): Promise<StackOutputs> {
    const { stdout } = await this.job.succeed(
      'pulumi stack output',
      'The deployed resources are unknown.',
      this.pulumi(['stack', 'output', '--json']),
    );
    return OUTPUTS.parse(JSON.parse(stdout));
  }

  /**
   * Sets all values in this checkout. Secrets go through standard input.
   * @param image by digest; undefined deploys only the platform
   */
  async configure(image: string | undefined): Promise<void> {
    const { settings, secrets, ci } = this.job.values;
    const plain = defined({
      ...Object.fromEntries(CONFIG_SETTINGS.map((name) => [pulumiConfigKey(name), settings[name]])),
      awsAccount: ci.AWS_ACCOUNT_ID,
      awsRegion: ci.AWS_REGION,
      resourceGroupName: ci.AZURE_RESOURCE_GROUP,
      image,
    });
    const why = 'The backend would run with values that were not approved.';
    // Without the flag Pulumi refuses plain values that look like secrets.
    const options = Object.entries(plain).flatMap(([key, value]) => ['--plaintext', `${key}=${value}`]);
    await this.job.succeed('pulumi config set-all', why, this.pulumi(['config', 'set-all', ...options]));
    for (const name of SECRET_SETTINGS) {
      const secret = secrets[name];
      if (secret === undefined) continue;
      const key = pulumiConfigKey(name);
      await this.job.succeed(
        `pulumi config set --secret ${key}`,
        why,
        this.pulumi(['config', 'set', '--secret', key], secret),
      );
    }
  }

  /**
   * @param kind `drift` compares with the actual resources and expects no difference
   * @throws Refusal when Pulumi fails
   */
  private async preview(kind: 'drift' | 'update'): Promise<Preview> {
    const options = kind === 'drift' ? ['--refresh', '--expect-no-changes'] : [];
    const { report } = this.job.context;
    const finished = await this.job.run(
      'pulumi preview',
      this.pulumi(['preview', '--json', ...options]),
      () => false,
    );
    const preview = readPreview(finished.stdout);
    // Drift sets the exit code too, but is not an error.
    const isOnlyDrift = kind === 'drift' && preview?.errors.length === 0 && preview.steps.length > 0;
    if (preview !== undefined && (finished.code === 0 || isOnlyDrift)) return preview;
    // The JSON output contains values, so only its errors are shown.
    report.show({ code: finished.code, stdout: preview?.errors.join('\n') ?? '', stderr: finished.stderr });
    throw new Refusal([
      problem({
        name: 'pulumi preview',
        wrong: 'failed',
        got: `exit code ${finished.code}`,
        why: 'The effect of an update is unknown.',
        fix: 'The reason is in the log above.',
      }),
    ]);
  }

  /** Compares the program with the actual resources. @returns differences */
  async drift(): Promise<readonly string[]> {
    const { steps } = await this.preview('drift');
    return steps.map(driftProblem);
  }

  /** @returns reasons against an update */
  async destruction(): Promise<readonly string[]> {
    const { steps } = await this.preview('update');
    this.job.context.report.summarize(`### Azure\n\n${stepsTable(steps)}`);
    return destructiveSteps(steps);
  }

  /** @throws Refusal before any change, when a protected resource would be replaced or deleted */
  async update(title: string): Promise<void> {
    const problems = await this.destruction();
    if (problems.length > 0) throw new Refusal(problems, { title: 'Azure was not updated' });
    await this.job.succeed(
      title,
      'Completed steps stay; the next run continues from there.',
      this.pulumi(['up', '--yes', '--skip-preview', '--suppress-outputs']),
    );
  }
}
