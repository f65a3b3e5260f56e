import { main } from './main';

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2));
}

void run();
