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

/** What is there; each is missing until a first update made it. */
type Outputs = z.output<typeof OUTPUTS>;

/** The backend's stack, by the Pulumi command line. */
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

  /** @throws Refusal when there is no such stack: a person makes it, with the key that encrypts its secrets */
  async select(): Promise<void> {
    const environment = this.job.values.ci.RECORDINGS_ENVIRONMENT;
    await this.job.succeed(
      'pulumi stack select',
      'There is no such stack, or its state cannot be read.',
      this.pulumi(['stack', 'select', environment]),
    );
  }

  async outputs(): Promise<Outputs> {
    const { stdout } = await this.job.succeed(
      'pulumi stack output',
      'Nobody knows what is there.',
      this.pulumi(['stack', 'output', '--json']),
    );
    return OUTPUTS.parse(JSON.parse(stdout));
  }

  /**
   * Sets everything that GitHub gave, in this checkout alone. Secrets go by standard input.
   * @param image by digest; undefined: only the platform
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
    const why = 'The backend would run with other values than were approved.';
    // Without the flag it refuses a plain value that looks like a secret to it.
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
   * What an update would do.
   * @param kind `drift`: compared with what is really there, where nothing is expected to differ
   * @throws Refusal when Pulumi cannot say
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
    // A difference that was not expected is told by the exit code too, but it is no error.
    const isOnlyDrift = kind === 'drift' && preview?.errors.length === 0 && preview.steps.length > 0;
    if (preview !== undefined && (finished.code === 0 || isOnlyDrift)) return preview;
    // What it printed for programs holds values, so of that only the errors are shown.
    report.show({ code: finished.code, stdout: preview?.errors.join('\n') ?? '', stderr: finished.stderr });
    throw new Refusal([
      problem({
        name: 'pulumi preview',
        wrong: 'failed',
        got: `exit code ${finished.code}`,
        why: 'Nobody knows what an update would do.',
        fix: 'The reason is in the log above.',
      }),
    ]);
  }

  /** Compares what the program would make now with what is there. @returns what differs */
  async drift(): Promise<readonly string[]> {
    const { steps } = await this.preview('drift');
    return steps.map(driftProblem);
  }

  /** @returns why an update must not happen */
  async destruction(): Promise<readonly string[]> {
    const { steps } = await this.preview('update');
    this.job.context.report.summarize(`### Azure\n\n${stepsTable(steps)}`);
    return destructiveSteps(steps);
  }

  /** Updates what is there. @throws Refusal when something that is protected would not stay; nothing was changed then */
  async update(title: string): Promise<void> {
    const problems = await this.destruction();
    if (problems.length > 0) throw new Refusal(problems, { title: 'Azure was not updated' });
    await this.job.succeed(
      title,
      'What was made until then stays; a next run goes on from there.',
      this.pulumi(['up', '--yes', '--skip-preview', '--suppress-outputs']),
    );
  }
}
