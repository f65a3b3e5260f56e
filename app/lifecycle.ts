import { SHUTDOWN_MS } from '../contract/deadlines';
import type { BackendServer } from './app';
import type { Config } from './config';
import { logStartUp } from './log/start-up';

/** Logs the configuration, listens, and starts the watch. */
export async function start({ app, log, watch }: BackendServer, config: Config): Promise<void> {
  logStartUp(config, log);
  await app.listen({ host: config.host, port: config.port });
  watch.start();
}

/**
 * Stops gracefully: takes no new work and finishes the requests in flight. Conversations whose caller was lost are ended
 * now, because no caller can ask this process for them again. Running calls go on; their callbacks reach another process.
 *
 * @param timeoutMs then it stops with requests unfinished
 * @returns whether all work finished
 */
export async function stop(
  { app, log, stopTakingWork, workDone }: BackendServer,
  timeoutMs = SHUTDOWN_MS,
): Promise<boolean> {
  log.info('Shutting down');
  stopTakingWork();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  // Listens until the work is done, so that readiness probes get "not ready".
  const finished = workDone().then(async () => {
    await app.close();
    return true;
  });
  const isFinished = await Promise.race([finished, late]);
  clearTimeout(timer);
  if (!isFinished) log.error('Shut down with requests unfinished');
  return isFinished;
}
