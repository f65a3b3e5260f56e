import { main } from './hand-over/command-line';

async function run(): Promise<void> {
  const { env, stdout, stderr } = process;
  process.exitCode = await main(process.argv.slice(2), { env, stdout, stderr });
}

void run();
