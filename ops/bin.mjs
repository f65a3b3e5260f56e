#!/usr/bin/env -S node --
// `--` stops Node from reading --env-file, which is an option of Node too.
// The repository is private and runs from a checkout, so its TypeScript runs without a build, from any folder.
import { createRequire } from 'node:module';
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register as registerImports } from 'tsx/esm/api';

registerCommonJs();
// For lazy imports, which end in `.js` so that they work in the bundle too.
registerImports();
const require = createRequire(import.meta.url);
const tooOld = require('../contract/node-floor.ts').nodeProblem();
// An older Node cannot load all of the command line.
if (tooOld === undefined) require('./recordings.ts');
else {
  process.stderr.write(`${tooOld}\n`);
  process.exitCode = 2;
}
