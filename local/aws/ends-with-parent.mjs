// Preloaded into the CDK command line: ends it with the Node process that started it, even when that one is killed.
// The parent holds the write end of our stdin and never writes, so its end means that the parent is gone.
process.stdin.on('end', () => process.exit(1));
process.stdin.on('error', () => process.exit(1));
process.stdin.resume();
// Watching alone must not keep the command alive.
process.stdin.unref();
