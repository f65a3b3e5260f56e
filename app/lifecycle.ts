import { SHUTDOWN_MS } from '../contract/deadlines';
import type { Backend } from './app';
import type { Config } from './config';
import { logStartUp } from './log/start-up';

/** Says how it is configured, listens, and watches. */
export async function start({ app, log, watch }: Backend, config: Config): Promise<void> {
  logStartUp(config, log);
  await app.listen({ host: config.host, port: config.port });
  watch.start();
}

/**
 * Stops without cutting anybody off: no new work, and the requests in flight are finished. A conversation whose caller
 * was lost is ended now, because nobody can ask this process for it again. Calls that are running are left alone: people are talking in them, and their callbacks find another process.
 *
 * @param timeoutMs after which it stops all the same
 * @returns whether everything was finished
 */
export async function stop(
  { app, log, stopTakingWork, workDone }: Backend,
  timeoutMs = SHUTDOWN_MS,
): Promise<boolean> {
  log.info('Shutting down');
  stopTakingWork();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  // It goes on listening until the work is done, so that whoever asks is told that it is not ready.
  const finished = workDone().then(async () => {
    await app.close();
    return true;
  });
  const isFinished = await Promise.race([finished, late]);
  clearTimeout(timer);
  if (!isFinished) log.error('Shut down with requests unfinished');
  return isFinished;
}
