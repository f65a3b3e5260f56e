import './compile-cache';
import { App } from 'aws-cdk-lib';
import { addTrustStack } from './ci/trust-app';
import { cliTarget } from './deploy-target';
import { exitOnProblems } from './exit-on-problems';

// An app of its own: with a second stack in the other one a plain `cdk deploy` would no longer know which is meant, and
// CI must not be able to deploy its own rights.
exitOnProblems(() => addTrustStack(new App(), cliTarget()));
