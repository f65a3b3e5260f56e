import './compile-cache';
import { App } from 'aws-cdk-lib';
import { cliTarget } from './deploy-target';
import { exitOnProblems } from './exit-on-problems';
import { addRecordingsStacks } from './recordings-app';

exitOnProblems(() => addRecordingsStacks(new App(), cliTarget()));
