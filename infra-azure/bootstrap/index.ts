import * as pulumi from '@pulumi/pulumi';
import { stackConfig } from '../config-source';
import { ciIdentity } from './ci-identity';

// A separate project: a deployment must not be able to change its own rights.
export = ciIdentity(stackConfig(), pulumi.getStack());
