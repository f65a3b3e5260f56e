import * as pulumi from '@pulumi/pulumi';
import { stackConfig } from './config-source';
import { recordingsBackend } from './program';

export const { registry, tenantId, appClientId, appPrincipalId, pullPrincipalId, url, qaUrl } =
  recordingsBackend(stackConfig(), pulumi.getStack(), pulumi.getRootDirectory());
