// Preloaded into programs that we start: ends them with the Node process that started them, even when that is killed.
// The parent holds the write end of our stdin and never writes, so its end means that the parent is gone.
import { isMainThread } from 'node:worker_threads';

// A worker is given this preload too, and a stdin that is at its end from the beginning.
if (isMainThread) {
  process.stdin.on('end', () => process.exit(1));
  process.stdin.on('error', () => process.exit(1));
  process.stdin.resume();
  // Watching alone must not keep the command alive.
  process.stdin.unref();
}
