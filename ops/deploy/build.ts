import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { plainEnvironment } from './environments';
import { buildCommands, SBOM } from './image';
import type { RunContext } from './run-context';
import { Refusal } from './refusal';
import type { Command } from './run';

/** Builds the image into an archive, with its bill of materials beside it. It is nobody in any cloud. */
export async function build(context: RunContext): Promise<void> {
  const succeed = async (title: string, command: Command): Promise<string> => {
    const finished = await context.run(command);
    if (finished.code === 0) {
      context.report.say(`✓ ${title}`);
      return finished.stdout;
    }
    context.report.show(finished);
    throw new Refusal('The image was not built', [
      `${title}: failed, got exit code ${finished.code}. There is nothing to deploy. Its last lines are in the log above.`,
    ]);
  };
  for (const [title, command] of await buildCommands(context)) await succeed(title, command);
  const sbom: Command = {
    program: 'npm',
    args: ['run', '--silent', 'sbom'],
    env: plainEnvironment(context.env),
  };
  writeFileSync(path.join(context.root, SBOM), await succeed('npm run sbom', sbom));
}
