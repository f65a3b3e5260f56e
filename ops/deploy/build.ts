import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { plainEnvironment } from './environments';
import { buildCommands, SBOM } from './image';
import { runScript } from './job';
import type { Outside } from './outside';
import { Refusal } from './refusal';
import type { Command } from './run';

/** Builds the image into an archive, with its bill of materials beside it. It is nobody in any cloud. */
export async function build(outside: Outside): Promise<void> {
  const succeed = async (title: string, command: Command): Promise<string> => {
    const finished = await outside.run(command);
    if (finished.code === 0) {
      outside.report.say(`✓ ${title}`);
      return finished.stdout;
    }
    outside.report.show(finished);
    throw new Refusal('The image was not built', [
      `${title}: failed, got exit code ${finished.code}. There is nothing to deploy. Its last lines are in the log above.`,
    ]);
  };
  for (const [title, command] of buildCommands(outside)) await succeed(title, command);
  const sbom: Command = {
    program: 'npm',
    args: ['run', '--silent', 'sbom'],
    env: plainEnvironment(outside.env),
  };
  writeFileSync(path.join(outside.root, SBOM), await succeed('npm run sbom', sbom));
}

if (require.main === module) void runScript(build);
