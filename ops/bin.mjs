#!/usr/bin/env -S node --
// The `--` keeps Node from looking at our --env-file, which is its own option too. The repository is private and run from a checkout, so its TypeScript runs as it is, from whatever folder.
import { createRequire } from 'node:module';
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register as registerImports } from 'tsx/esm/api';

registerCommonJs();
// What is loaded only when it is needed is imported by a name that a bundle has, too.
registerImports();
const require = createRequire(import.meta.url);
const tooOld = require('../contract/node-floor.ts').nodeProblem();
// Of an older Node not all of the command line loads.
if (tooOld === undefined) require('./recordings.ts');
else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 2;
}
