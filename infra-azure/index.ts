import * as pulumi from '@pulumi/pulumi';
import { stackConfig } from './config-source';
import { recordingsBackend } from './program';

export = recordingsBackend(stackConfig(), pulumi.getStack(), pulumi.getRootDirectory());
