#!/usr/bin/env -S node --
// The `--` keeps Node from looking at our --env-file, which is its own option too. The repository is private and run from a checkout, so its TypeScript runs as it is, from whatever folder.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
const require = createRequire(import.meta.url);
const tooOld = require('../contract/node-floor.ts').nodeProblem();
// Of an older Node not all of the command line loads.
if (tooOld === undefined) require('./recordings.ts');
else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 2;
}
