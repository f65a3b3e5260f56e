import { isDecided, isMissing, items, within, type Place } from '../place';
import { exactly, isAbsent, isFilled, matches, optional, wholeNumber } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import { shown } from '../shown';
import { appRegistryProblems } from './app-registries';
import { appSecretProblems } from './app-secrets';
import { assignedIdentityProblems } from './assigned-identities';
import { containerResourcesProblems } from './container-resources';
import { envProblems } from './env';
import { ingressProblems } from './ingress';
import { probeProblems } from './probes';
import { locationProblems, repetitions, type Rule } from './rule';

/** 2 to 32 lower-case letters, digits and hyphens. That the hyphens must be single is an assumption. */
const NAME = /^[a-z](?:[a-z0-9]|-(?!-)){0,30}[a-z0-9]$/;
/** A tag in front of the digest would be ignored, so it is let through. */
const PINNED = /^[^\s@]+@sha256:[0-9a-f]{64}$/;
/** No published schema states it. */
const MOST_REPLICAS = 1000;

/** `managedEnvironmentId` is the deprecated name of the two; either will do. */
const environmentProblems: Rule = (app) => {
  const ids = [within(app, 'environmentId'), within(app, 'managedEnvironmentId')];
  if (!isDecided(...ids) || !ids.every(isMissing)) return [];
  return [
    problem(within(app, 'environmentId'), {
      wrong: 'does not say where to run',
      why: 'Azure refuses an app outside an environment',
      fix: 'Give the id of the managed environment',
    }),
  ];
};

/** That one replica is the most while limits are kept in memory is the program's decision, not Azure's. */
const scaleProblems: Rule = (app) => {
  const scale = within(app, 'template', 'scale');
  const [least, most] = [within(scale, 'minReplicas'), within(scale, 'maxReplicas')];
  const bound = {
    why: 'Azure refuses the app',
    fix: `Give minReplicas from 0, maxReplicas from 1, both to ${MOST_REPLICAS}`,
  };
  return [
    ...demand(least, optional(wholeNumber(0, MOST_REPLICAS)), {
      wrong: 'is no number of replicas',
      ...bound,
    }),
    ...demand(most, optional(wholeNumber(1, MOST_REPLICAS)), { wrong: 'is no number of replicas', ...bound }),
    ...demand(
      least,
      (value) => typeof value !== 'number' || typeof most.value !== 'number' || value <= most.value,
      {
        wrong: `is more than maxReplicas (${shown('maxReplicas', most.value)})`,
        why: 'Azure refuses the app',
        fix: 'Lower minReplicas or raise maxReplicas',
      },
    ),
  ];
};

const containerProblems = (app: Place, container: Place): Problem[] => [
  ...demand(within(container, 'name'), isFilled, {
    wrong: 'gives the container no name',
    why: 'Azure refuses the app',
    fix: 'Name it',
  }),
  ...demand(within(container, 'image'), matches(PINNED), {
    wrong: 'is not pinned by its digest',
    why: 'Under a tag another image can run tomorrow, and a rollback would not go back',
    fix: 'Give <registry>/<repository>@sha256:<64 hex digits>',
  }),
  ...envProblems(app, container),
  ...probeProblems(container),
];

/**
 * The app as a whole; what it consists of has rules of its own beside this file. About `revisionSuffix`:
 * microsoft/azure-container-apps#650, about secrets that an old revision still names: #654, both read 2026-11-22.
 */
export const containerAppProblems: Rule = (app) => {
  const template = within(app, 'template');
  const containers = within(template, 'containers');
  const all = [...items(within(template, 'initContainers')), ...items(containers)];
  return [
    ...locationProblems(app),
    ...environmentProblems(app),
    ...demand(within(app, 'containerAppName'), optional(matches(NAME)), {
      wrong: 'is no name for a Container App',
      why: 'It is part of the address: 2 to 32 lower-case letters, digits and single hyphens, a letter first',
      fix: 'Choose a shorter or simpler one',
    }),
    ...demand(within(app, 'configuration', 'activeRevisionsMode'), optional(exactly('Single')), {
      wrong: 'keeps old revisions running',
      why: 'Two revisions each keep their own counters, and a secret that an old one names can not be removed',
      fix: 'Set it to Single',
    }),
    ...demand(within(template, 'revisionSuffix'), isAbsent, {
      wrong: 'is set',
      why: 'It must be new for as long as the app lives; a repeated one fails, or silently deploys nothing',
      fix: 'Leave it out, Azure makes one',
    }),
    ...demand(containers, (list) => Array.isArray(list) && list.length > 0, {
      wrong: 'holds no container',
      why: 'There would be nothing to run',
      fix: 'Give at least one',
    }),
    ...repetitions(
      all.map((container) => within(container, 'name')),
      'Azure refuses two containers with one name',
    ),
    ...all.flatMap((container) => containerProblems(app, container)),
    ...assignedIdentityProblems(app),
    ...ingressProblems(app),
    ...appSecretProblems(app),
    ...appRegistryProblems(app),
    ...containerResourcesProblems(app),
    ...scaleProblems(app),
  ];
};
