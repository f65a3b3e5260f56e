import { main } from './command-line';

async function run(): Promise<void> {
  const { env, stdout, stderr } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader closed the pipe, as `head` does.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), { env, stdout, stderr });
}

void run();
