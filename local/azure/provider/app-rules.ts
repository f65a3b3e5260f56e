import { UNKNOWN, type Plain } from '../wire';
import { at, items, problemIf, repetitions, shown, shownLength, type Problem, type Rule } from './problem';

const PINNED = /^[^\s@]+@sha256:[0-9a-f]{64}$/;
const VERSIONED = /^https:\/\/[^/\s]+\/secrets\/[^/\s]+\/[^/\s]+\/?$/;
/** The order in which the program writes them, and Azure gives them back. */
const PROBES = ['Liveness', 'Readiness', 'Startup'];
const MEMORY = /^(?<gibibytes>\d+(?:\.\d+)?)Gi$/;
/** Most of the Consumption profile: learn.microsoft.com/azure/container-apps/workload-profiles-overview, read 2026-11-25. */
const MOST_CORES = 4;

/**
 * Environment of one container. Empty values and repeated names make differences that no deployment removes
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
      'Only one of the values reaches the container, and each preview shows a change',
    ),
    ...env.flatMap((entry, index) => [
      ...problemIf(`${list}[${index}].value`, at(entry, 'value'), (value) => value === '', {
        wrong: 'is empty',
        why: 'Azure drops empty values, so every later preview shows a change that is none',
        fix: 'Leave the whole entry out',
      }),
      ...problemIf(
        `${list}[${index}].secretRef`,
        at(entry, 'secretRef'),
        (name) => typeof name === 'string' && !secrets.includes(name),
        {
          wrong: 'names no secret of the app',
          // A key may have landed here that should have been a value.
          got: shownLength(at(entry, 'secretRef')),
          why: 'Azure refuses the app, or the container starts without the variable',
          fix: 'Name one of configuration.secrets',
        },
      ),
    ]),
  ];
}

/**
 * Probes of one container. Azure answers in an order of its own, and a preview then shows a change
 * (hashicorp/terraform-provider-azurerm#29743, read 2026-11-22).
 */
function probeProblems(list: string, probes: readonly Plain[]): Problem[] {
  const types = probes.map((probe) => at(probe, 'type'));
  const isRight = PROBES.filter((type) => types.includes(type)).join() === types.map(String).join();
  return problemIf(list, probes, () => !isRight && !types.includes(UNKNOWN), {
    wrong: `are not each at most once, in the order ${PROBES.join(', ')}`,
    got: types.map(String).join(', '),
    why: 'Azure refuses a second one of a type, and shows another order as a change in each preview',
    fix: 'Give them in this order',
  });
}

/** Consumption has steps of a quarter core, each with twice as many Gi of memory. */
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
      !(cores > 0 && cores <= MOST_CORES && Number.isInteger(cores * 4) && gibibytes === cores * 2),
    {
      wrong: 'is no size that Azure has',
      got: `cpu ${shown(cpu)} with memory ${shown(memory)}`,
      why: 'Azure refuses the app: Consumption has steps of a quarter core up to 4, each with twice as many Gi of memory',
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
      why: 'Under a tag another image can run tomorrow, and a rollback would not go back',
      fix: 'Give <registry>/<repository>@sha256:<64 hex digits>',
    }),
    ...envProblems(`${list}.env`, items(at(container, 'env')), secrets),
    ...probeProblems(`${list}.probes`, items(at(container, 'probes'))),
    ...sizeProblems(`${list}.resources`, at(container, 'resources')),
  ];
}

/** Secrets of the app. Azure follows a rotation of a reference without a version only. */
const secretProblems = (secrets: readonly Plain[]): Problem[] =>
  secrets.flatMap((secret, index) =>
    problemIf(
      `configuration.secrets[${index}].keyVaultUrl`,
      at(secret, 'keyVaultUrl'),
      (url) => typeof url === 'string' && VERSIONED.test(url),
      {
        wrong: 'names one version of the secret',
        why: 'A rotated key would never reach the app',
        fix: 'Leave the version out: <vaultUri>secrets/<name>',
      },
    ),
  );

/**
 * A Container App. About `revisionSuffix`: microsoft/azure-container-apps#650, about secrets that an old revision still
 * names: #654, both read 2026-11-22.
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
        why: 'Two revisions each keep their own counters, and a secret that an old one names can not be removed',
        fix: 'Set it to Single',
      },
    ),
    ...problemIf(
      'configuration.ingress.allowInsecure',
      at(app, 'configuration', 'ingress', 'allowInsecure'),
      (value) => value === true,
      {
        wrong: 'lets plain http in',
        why: 'Keys and tokens of callers would travel readable',
        fix: 'Set it to false, so that http is redirected to https',
      },
    ),
    ...secretProblems(secrets),
    ...problemIf(
      'template.revisionSuffix',
      at(app, 'template', 'revisionSuffix'),
      (value) => value !== undefined,
      {
        wrong: 'is set',
        why: 'It must be new for as long as the app lives; a repeated one fails, or silently deploys nothing',
        fix: 'Leave it out, Azure makes one',
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
        wrong: `is more than maxReplicas (${shown(most)})`,
        why: 'Azure refuses the app',
        fix: 'Lower minReplicas or raise maxReplicas',
      },
    ),
  ];
};

/** Easy Auth in front of the app. That the name must be `current` is an assumption: Azure applies one configuration only. */
export const authConfigProblems: Rule = (config) =>
  problemIf('authConfigName', at(config, 'authConfigName'), (name) => name !== 'current', {
    wrong: 'is not the name of an authentication that Azure looks at',
    why: 'It would be stored and never applied: the app would be open',
    fix: 'Give current',
  });
