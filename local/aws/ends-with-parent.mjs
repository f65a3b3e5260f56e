// Preloaded into child programs: ends them when their parent process ends, even by `kill -9`.
// The parent holds the write end of stdin and never writes, so stdin ends only with the parent.
import { isMainThread } from 'node:worker_threads';

// Worker threads also load this file, but their stdin has ended from the start.
if (isMainThread) {
  process.stdin.on('end', () => process.exit(1));
  process.stdin.on('error', () => process.exit(1));
  process.stdin.resume();
  // Otherwise this listener would keep a finished program running.
  process.stdin.unref();
}
