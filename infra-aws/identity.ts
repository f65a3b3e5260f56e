import './compile-cache';
import { App } from 'aws-cdk-lib';
import { cliTarget } from './deploy-target';
import { exitOnProblems } from './exit-on-problems';
import { addIdentityStack } from './identity/identity-app';

// A separate app: an account can have only one provider for an issuer, so no environment's stack may own it.
exitOnProblems(() => addIdentityStack(new App(), cliTarget()));
