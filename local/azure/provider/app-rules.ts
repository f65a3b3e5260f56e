import { UNKNOWN, type Plain } from '../wire';
import {
  at,
  items,
  problemIf,
  repetitions,
  formatValue,
  formatLength,
  type Problem,
  type Rule,
} from './problem';

const PINNED = /^[^\s@]+@sha256:[0-9a-f]{64}$/;
const VERSIONED = /^https:\/\/[^/\s]+\/secrets\/[^/\s]+\/[^/\s]+\/?$/;
/** The order in which Azure returns them. */
const PROBES = ['Liveness', 'Readiness', 'Startup'];
const MEMORY = /^(?<gibibytes>\d+(?:\.\d+)?)Gi$/;
/** Maximum of the Consumption profile: learn.microsoft.com/azure/container-apps/workload-profiles-overview, read 2026-11-25. */
const MAX_CORES = 4;

/**
 * Rules for the variables of a container. Empty values and repeated names show as a change in every preview
 * (hashicorp/terraform-provider-azurerm#31376, read 2026-11-22).
 */
function envProblems(
  list: string,
  env: readonly Plain[],
  secrets: readonly (Plain | undefined)[],
): Problem[] {
  const names = env.map((entry) => at(entry, 'name'));
  return [
    ...repetitions(
      list,
      'name',
      names,
      'Only one of the values reaches the container, and every preview shows a change',
    ),
    ...env.flatMap((entry, index) => [
      ...problemIf(`${list}[${index}].value`, at(entry, 'value'), (value) => value === '', {
        wrong: 'is empty',
        why: 'Azure drops empty values, so every later preview shows a change',
        fix: 'Remove the entry',
      }),
      ...problemIf(
        `${list}[${index}].secretRef`,
        at(entry, 'secretRef'),
        (name) => typeof name === 'string' && !secrets.includes(name),
        {
          wrong: 'names an unknown secret',
          // Only the length, because it may be a secret by mistake.
          got: formatLength(at(entry, 'secretRef')),
          why: 'Azure refuses the app, or the container starts without the variable',
          fix: 'Name one of configuration.secrets',
        },
      ),
    ]),
  ];
}

/**
 * Rules for the health probes of a container. Azure returns them in its own order, so another order shows as a change
 * (hashicorp/terraform-provider-azurerm#29743, read 2026-11-22).
 */
function probeProblems(list: string, probes: readonly Plain[]): Problem[] {
  const types = probes.map((probe) => at(probe, 'type'));
  const isOrdered = PROBES.filter((type) => types.includes(type)).join() === types.map(String).join();
  return problemIf(list, probes, () => !isOrdered && !types.includes(UNKNOWN), {
    wrong: `must be in the order ${PROBES.join(', ')}, each at most once`,
    got: types.map(String).join(', '),
    why: 'Azure refuses a second probe of a type, and every preview shows another order as a change',
    fix: 'Put them in this order',
  });
}

/** Rules for CPU and memory. */
function sizeProblems(property: string, resources: Plain | undefined): Problem[] {
  const cpu = at(resources, 'cpu');
  const memory = at(resources, 'memory');
  const gibibytes = Number(
    typeof memory === 'string' ? MEMORY.exec(memory)?.groups?.['gibibytes'] : undefined,
  );
  return problemIf(
    property,
    cpu,
    (cores) =>
      typeof cores === 'number' &&
      typeof memory === 'string' &&
      !(cores > 0 && cores <= MAX_CORES && Number.isInteger(cores * 4) && gibibytes === cores * 2),
    {
      wrong: 'is not a size that Azure offers',
      got: `cpu ${formatValue(cpu)} with memory ${formatValue(memory)}`,
      why: 'Azure refuses the app: Consumption offers steps of a quarter core up to 4, each with twice as many Gi of memory',
      fix: 'Give a pair such as cpu 0.5 and memory 1Gi',
    },
  );
}

function containerProblems(
  list: string,
  container: Plain,
  secrets: readonly (Plain | undefined)[],
): Problem[] {
  const image = at(container, 'image');
  return [
    ...problemIf(`${list}.image`, image, (value) => typeof value === 'string' && !PINNED.test(value), {
      wrong: 'is not pinned by its digest',
      why: 'The tag can point to another image later, so a rollback could start the wrong one',
      fix: 'Give <registry>/<repository>@sha256:<64 hex digits>',
    }),
    ...envProblems(`${list}.env`, items(at(container, 'env')), secrets),
    ...probeProblems(`${list}.probes`, items(at(container, 'probes'))),
    ...sizeProblems(`${list}.resources`, at(container, 'resources')),
  ];
}

/** Rules for the app's secrets. Azure follows a rotation only if the reference has no version. */
const secretProblems = (secrets: readonly Plain[]): Problem[] =>
  secrets.flatMap((secret, index) =>
    problemIf(
      `configuration.secrets[${index}].keyVaultUrl`,
      at(secret, 'keyVaultUrl'),
      (url) => typeof url === 'string' && VERSIONED.test(url),
      {
        wrong: 'names one version of the secret',
        why: 'A rotated key would never reach the app',
        fix: 'Remove the version: <vaultUri>secrets/<name>',
      },
    ),
  );

/**
 * Rules for a Container App. For `revisionSuffix` see microsoft/azure-container-apps#650; for secrets that an old revision
 * still uses, #654; both read 2026-11-22.
 */
export const containerAppProblems: Rule = (app) => {
  const secrets = items(at(app, 'configuration', 'secrets'));
  const secretNames = secrets.map((secret) => at(secret, 'name'));
  const scale = at(app, 'template', 'scale');
  const most = at(scale, 'maxReplicas');
  return [
    ...problemIf(
      'configuration.activeRevisionsMode',
      at(app, 'configuration', 'activeRevisionsMode'),
      (mode) => mode === 'Multiple',
      {
        wrong: 'keeps old revisions running',
        why: 'Each revision has its own counters, and a secret that an old one uses cannot be removed',
        fix: 'Set it to Single',
      },
    ),
    ...problemIf(
      'configuration.ingress.allowInsecure',
      at(app, 'configuration', 'ingress', 'allowInsecure'),
      (value) => value === true,
      {
        wrong: 'allows plain HTTP',
        why: 'Keys and tokens of callers would be sent without encryption',
        fix: 'Set it to false, so that Azure redirects to HTTPS',
      },
    ),
    ...secretProblems(secrets),
    ...problemIf(
      'template.revisionSuffix',
      at(app, 'template', 'revisionSuffix'),
      (value) => value !== undefined,
      {
        wrong: 'is set',
        why: 'Each deployment needs a new suffix; with a repeated one it fails, or silently deploys nothing',
        fix: 'Remove it, so that Azure generates one',
      },
    ),
    ...items(at(app, 'template', 'containers')).flatMap((container, index) =>
      containerProblems(`template.containers[${index}]`, container, secretNames),
    ),
    ...problemIf(
      'template.scale.minReplicas',
      at(scale, 'minReplicas'),
      (value) => Number(value) > Number(most),
      {
        wrong: `is more than maxReplicas (${formatValue(most)})`,
        why: 'Azure refuses the app',
        fix: 'Lower minReplicas or raise maxReplicas',
      },
    ),
  ];
};

/** Rules for Easy Auth. Assumption: Azure applies only the configuration named `current`. */
export const authConfigProblems: Rule = (config) =>
  problemIf('authConfigName', at(config, 'authConfigName'), (name) => name !== 'current', {
    wrong: 'must be current',
    why: 'Azure would store the configuration without applying it, and the app would be open',
    fix: 'Set it to current',
  });
