import type { Plain } from '../../../../local/azure/wire';
import { isList, isObject } from '../../../../local/azure/checks/place';
import type { Mistake } from './mistakes';

const type = 'azure-native:app:ContainerApp';
const STRANGER =
  '/subscriptions/0/resourceGroups/other/providers/Microsoft.ManagedIdentity/userAssignedIdentities/stranger';

const list = (value: Plain | undefined): readonly Plain[] => (isList(value) ? value : []);
const twice = (value: Plain | undefined): Plain => [...list(value), list(value)[0] ?? null];
const and =
  (more: Plain) =>
  (value: Plain | undefined): Plain => [...list(value), more];
const also =
  (more: Readonly<Record<string, Plain>>) =>
  (value: Plain | undefined): Plain => ({ ...(isObject(value) ? value : {}), ...more });
const text = (value: Plain | undefined): string => (typeof value === 'string' ? value : '');

const container = 'template.containers[0]';

const IN_CONFIGURATION: readonly Omit<Mistake, 'type'>[] = [
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
    to: (old) => `${text(old)}/0123456789abcdef0123456789abcdef`,
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
    to: (old) => `https://${text(old)}`,
    caughtBy: 'rules',
  },
  {
    what: 'no registry at all',
    at: 'configuration.registries',
    to: undefined,
    caughtBy: 'rules',
    noticedAt: `${container}.image`,
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
];

const IN_TEMPLATE: readonly Omit<Mistake, 'type'>[] = [
  { what: 'a revision suffix', at: 'template.revisionSuffix', to: 'v2', caughtBy: 'rules' },
  { what: 'no container', at: 'template.containers', to: [], caughtBy: 'rules' },
  { what: 'a container without a name', at: `${container}.name`, to: undefined, caughtBy: 'rules' },
  {
    what: 'an image by tag',
    at: `${container}.image`,
    to: (old) => `${text(old).split('@')[0]}:latest`,
    caughtBy: 'rules',
  },
  {
    what: 'too little memory',
    at: `${container}.resources.memory`,
    to: '512Mi',
    caughtBy: 'rules',
    noticedAt: `${container}.resources`,
  },
  {
    what: 'a third of a core',
    at: `${container}.resources.cpu`,
    to: 0.3,
    caughtBy: 'rules',
    noticedAt: `${container}.resources`,
  },
  {
    what: 'a misspelled secretRef',
    at: `${container}.env[?secretRef]`,
    to: { name: 'X', secretref: 'x' },
    caughtBy: 'both',
    definitionsNoticeAt: `${container}.env[?secretref].secretref`,
    noticedAt: `${container}.env[?secretref]`,
  },
  {
    what: 'a reference to no secret',
    at: `${container}.env[?secretRef].secretRef`,
    to: 'tavus-api-kye',
    caughtBy: 'rules',
  },
  { what: 'an empty value', at: `${container}.env[?value].value`, to: '', caughtBy: 'rules' },
  {
    what: 'neither value nor reference',
    at: `${container}.env[?value]`,
    to: { name: 'EMPTY' },
    caughtBy: 'rules',
    noticedAt: `${container}.env[?name=EMPTY]`,
  },
  { what: 'a number as value', at: `${container}.env[?value].value`, to: 8080, caughtBy: 'definitions' },
  { what: 'a variable without a name', at: `${container}.env[0].name`, to: '', caughtBy: 'rules' },
  {
    what: 'two probes of a type',
    at: `${container}.probes[?type=Startup].type`,
    to: 'Liveness',
    caughtBy: 'rules',
  },
  { what: 'a misspelled probe', at: `${container}.probes[0].type`, to: 'liveness', caughtBy: 'both' },
  {
    what: 'too many failures',
    at: `${container}.probes[?type=Liveness].failureThreshold`,
    to: 31,
    caughtBy: 'rules',
  },
  {
    what: 'far too many failures at the start',
    at: `${container}.probes[?type=Startup].failureThreshold`,
    to: 241,
    caughtBy: 'rules',
  },
  {
    what: 'a probe without a port',
    at: `${container}.probes[0].httpGet.port`,
    to: undefined,
    caughtBy: 'both',
  },
  {
    what: 'a probe of nothing',
    at: `${container}.probes[0].httpGet`,
    to: undefined,
    caughtBy: 'rules',
    noticedAt: `${container}.probes[0]`,
  },
  {
    what: 'a probe without a slash',
    at: `${container}.probes[0].httpGet.path`,
    to: 'healthz',
    caughtBy: 'rules',
  },
  { what: 'fewer at most than at least', at: 'template.scale.minReplicas', to: 2, caughtBy: 'rules' },
  { what: 'too many replicas', at: 'template.scale.maxReplicas', to: 1001, caughtBy: 'rules' },
  { what: 'half a replica', at: 'template.scale.minReplicas', to: 0.5, caughtBy: 'both' },
  { what: 'containers that are no list', at: 'template.containers', to: { backend: {} }, caughtBy: 'both' },
  {
    what: 'a security context',
    at: `${container}.securityContext`,
    to: { runAsNonRoot: true },
    caughtBy: 'definitions',
  },
  {
    what: 'a grace period as text',
    at: 'template.terminationGracePeriodSeconds',
    to: '30s',
    caughtBy: 'definitions',
  },
];

const IN_APP: readonly Omit<Mistake, 'type'>[] = [
  { what: 'a name in capitals', at: 'containerAppName', to: 'Tavus', caughtBy: 'rules' },
  { what: 'a name of 33 characters', at: 'containerAppName', to: 'a'.repeat(33), caughtBy: 'rules' },
  { what: 'no environment', at: 'environmentId', to: undefined, caughtBy: 'rules' },
  { what: 'no location', at: 'location', to: undefined, caughtBy: 'both' },
  { what: 'an empty location', at: 'location', to: '', caughtBy: 'rules' },
  { what: 'tags that are no map', at: 'tags', to: ['laptop'], caughtBy: 'definitions' },
];

/** Slips in a Container App. */
export const APP_MISTAKES: readonly Mistake[] = [...IN_CONFIGURATION, ...IN_TEMPLATE, ...IN_APP].map(
  (mistake) => ({ ...mistake, type }),
);
