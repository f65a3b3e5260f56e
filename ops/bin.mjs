#!/usr/bin/env -S node --
// The `--` keeps Node from looking at our --env-file, which is its own option too. The repository is private and run from a checkout, so its TypeScript runs as it is, from whatever folder.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
createRequire(import.meta.url)('./recordings.ts');
