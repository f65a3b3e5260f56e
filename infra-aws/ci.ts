import './compile-cache';
import { App } from 'aws-cdk-lib';
import { addCiIdentityStack } from './ci/ci-identity-app';
import { cliTarget } from './deploy-target';
import { exitOnProblems } from './exit-on-problems';

// A separate app: with two stacks in one app a plain `cdk deploy` would demand a stack name, and CI must not be able to
// deploy its own rights.
exitOnProblems(() => addCiIdentityStack(new App(), cliTarget()));
