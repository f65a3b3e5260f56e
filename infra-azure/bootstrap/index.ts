import * as pulumi from '@pulumi/pulumi';
import { stackConfig } from '../config-source';
import { githubTrust } from './github-trust';

// A project of its own: what a deployment may do must not be among what it deploys.
export = githubTrust(stackConfig(), pulumi.getStack());
