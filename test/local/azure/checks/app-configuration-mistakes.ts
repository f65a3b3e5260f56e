import { also, and, rewritten, twice } from './changes';
import type { Mistake } from './mistakes';

const STRANGER =
  '/subscriptions/0/resourceGroups/other/providers/Microsoft.ManagedIdentity/userAssignedIdentities/stranger';

/** Slips in the configuration of a Container App. */
export const CONFIGURATION_MISTAKES: readonly Omit<Mistake, 'type'>[] = [
  { what: 'port 0', at: 'configuration.ingress.targetPort', to: 0, caughtBy: 'rules' },
  { what: 'a port as text', at: 'configuration.ingress.targetPort', to: '8080', caughtBy: 'both' },
  { what: 'no port', at: 'configuration.ingress.targetPort', to: undefined, caughtBy: 'rules' },
  { what: 'plain http', at: 'configuration.ingress.allowInsecure', to: true, caughtBy: 'rules' },
  {
    what: 'a misspelled transport',
    at: 'configuration.ingress.transport',
    to: 'https',
    caughtBy: 'definitions',
  },
  {
    what: 'traffic of 90 %',
    at: 'configuration.ingress.traffic',
    to: [{ latestRevision: true, weight: 90 }],
    caughtBy: 'rules',
  },
  {
    what: 'traffic to an old revision',
    at: 'configuration.ingress.traffic',
    to: [{ revisionName: 'tavus--old', weight: 100 }],
    caughtBy: 'rules',
    noticedAt: 'configuration.ingress.traffic[0].revisionName',
  },
  { what: 'several revisions', at: 'configuration.activeRevisionsMode', to: 'Multiple', caughtBy: 'rules' },
  {
    what: 'a misspelled revision mode',
    at: 'configuration.activeRevisionsMode',
    to: 'single',
    caughtBy: 'both',
  },
  {
    what: 'the ingress beside the configuration',
    at: 'ingress',
    to: { targetPort: 8080 },
    caughtBy: 'definitions',
  },
  {
    what: 'an output as input',
    at: 'configuration.ingress.fqdn',
    to: 'tavus.example.org',
    caughtBy: 'definitions',
  },
  {
    what: 'a secret named like its variable',
    at: 'configuration.secrets[0].name',
    to: 'TAVUS_API_KEY',
    caughtBy: 'rules',
  },
  {
    what: 'a secret twice',
    at: 'configuration.secrets',
    to: twice,
    caughtBy: 'rules',
    noticedAt: 'configuration.secrets[last].name',
  },
  {
    what: 'a secret with a version',
    at: 'configuration.secrets[?keyVaultUrl].keyVaultUrl',
    to: rewritten((old) => `${old}/0123456789abcdef0123456789abcdef`),
    caughtBy: 'rules',
  },
  {
    what: 'an address that is no secret',
    at: 'configuration.secrets[?keyVaultUrl].keyVaultUrl',
    to: 'https://undefined',
    caughtBy: 'rules',
  },
  {
    what: 'a secret that nobody reads',
    at: 'configuration.secrets[?keyVaultUrl].identity',
    to: undefined,
    caughtBy: 'rules',
  },
  {
    what: 'a secret read by a stranger',
    at: 'configuration.secrets[?keyVaultUrl].identity',
    to: STRANGER,
    caughtBy: 'rules',
  },
  {
    what: 'a secret without a source',
    at: 'configuration.secrets[0]',
    to: { name: 'tavus-api-key-2' },
    caughtBy: 'rules',
  },
  {
    what: 'a secret with two sources',
    at: 'configuration.secrets[?keyVaultUrl]',
    to: also({ value: 'not-a-real-key' }),
    caughtBy: 'rules',
  },
  {
    what: 'pulling by a stranger',
    at: 'configuration.registries[0].identity',
    to: STRANGER,
    caughtBy: 'rules',
  },
  {
    what: 'pulling by nobody',
    at: 'configuration.registries[0].identity',
    to: undefined,
    caughtBy: 'rules',
  },
  {
    what: 'pulling with a password',
    at: 'configuration.registries[0].username',
    to: 'tavus',
    caughtBy: 'rules',
  },
  {
    what: 'a registry with https://',
    at: 'configuration.registries[0].server',
    to: rewritten((old) => `https://${old}`),
    caughtBy: 'rules',
  },
  {
    what: 'no registry at all',
    at: 'configuration.registries',
    to: undefined,
    caughtBy: 'rules',
    noticedAt: 'template.containers[0].image',
  },
  {
    what: 'a setting for a stranger',
    at: 'configuration.identitySettings',
    to: and({ identity: STRANGER, lifecycle: 'Main' }),
    caughtBy: 'rules',
    noticedAt: 'configuration.identitySettings[last].identity',
  },
  {
    what: 'the pulling identity for the code too',
    at: 'configuration.identitySettings[?lifecycle=None].lifecycle',
    to: 'All',
    caughtBy: 'rules',
  },
  {
    what: 'no settings of identities',
    at: 'configuration.identitySettings',
    to: undefined,
    caughtBy: 'rules',
  },
  {
    what: 'identities of another type',
    at: 'identity.type',
    to: 'SystemAssigned',
    caughtBy: 'rules',
  },
  { what: 'no identity', at: 'identity.userAssignedIdentities', to: [], caughtBy: 'rules' },
  {
    what: 'traffic that follows no revision',
    at: 'configuration.ingress.traffic',
    to: [{ latestRevision: false, weight: 100 }],
    caughtBy: 'rules',
    noticedAt: 'configuration.ingress.traffic[0].latestRevision',
  },
  {
    what: 'an empty secret',
    at: 'configuration.secrets[0]',
    to: { name: 'tavus-api-key-2', value: '' },
    caughtBy: 'rules',
    noticedAt: 'configuration.secrets[0].value',
  },
  {
    what: 'a password by reference',
    at: 'configuration.registries[0].passwordSecretRef',
    to: 'registry-password',
    caughtBy: 'rules',
  },
  {
    what: 'a registry twice',
    at: 'configuration.registries',
    to: twice,
    caughtBy: 'rules',
    noticedAt: 'configuration.registries[last].server',
  },
];
