import { UNKNOWN } from '../../wire';
import { isDecided, isMissing, items, within, type Place } from '../place';
import { problem, type Problem } from '../problem';
import { shown } from '../shown';
import type { Rule } from './rule';

/**
 * No published schema states the sizes. Most of the Consumption profile:
 * learn.microsoft.com/azure/container-apps/workload-profiles-overview, read 2026-11-25.
 */
const MOST_CORES = 4;
const GIBIBYTES_PER_CORE = 2;
const MEMORY = /^(?<gibibytes>\d+(?:\.\d+)?)Gi$/;

const WORDS = {
  why: 'Azure refuses the app: Consumption has steps of a quarter core up to 4, each with twice as many Gi of memory',
  fix: 'Give a pair such as cpu 0.5 and memory 1Gi',
};

/** Sums of a few quarters, free of what binary fractions leave behind. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const isPair = (cores: number, gibibytes: number): boolean =>
  cores > 0 &&
  cores <= MOST_CORES &&
  Number.isInteger(rounded(cores * 4)) &&
  rounded(gibibytes) === rounded(cores * GIBIBYTES_PER_CORE);

const memory = (value: Place['value']): number =>
  typeof value === 'string' ? Number(MEMORY.exec(value)?.groups?.['gibibytes'] ?? Number.NaN) : Number.NaN;

const isDedicated = ({ value }: Place): boolean =>
  value !== undefined && value !== UNKNOWN && value !== 'Consumption';

function pairProblems(resources: readonly Place[], where: Place): Problem[] {
  const cores = resources.map((of) => within(of, 'cpu'));
  const memories = resources.map((of) => within(of, 'memory'));
  if (!isDecided(...resources, ...cores, ...memories)) return [];
  const total = {
    cores: rounded(
      cores.reduce((sum, { value }) => sum + (typeof value === 'number' ? value : Number.NaN), 0),
    ),
    gibibytes: rounded(memories.reduce((sum, { value }) => sum + memory(value), 0)),
  };
  if (isPair(total.cores, total.gibibytes)) return [];
  const sum = (places: readonly Place[]): string =>
    places.map((place) => shown(place.path.at(-1), place.value)).join(' + ');
  const found = `cpu ${sum(cores)} with memory ${sum(memories)}`;
  return [problem(where, { wrong: `asks for ${found}, which is no size that Azure has`, ...WORDS })];
}

/** The sizes are of a whole replica, so several containers are added up. Dedicated workload profiles are not judged. */
export const containerResourcesProblems: Rule = (app) => {
  const list = within(app, 'template', 'containers');
  const all = items(list).map((container) => within(container, 'resources'));
  const given = all.filter((resources) => !isMissing(resources));
  const profile = within(app, 'workloadProfileName');
  // Azure's own size of a container that names none is no part of what it publishes, so nothing can be added up.
  if (given.length === 0 || given.length < all.length || !isDecided(profile) || isDedicated(profile))
    return [];
  return pairProblems(given, all.length === 1 && all[0] !== undefined ? all[0] : list);
};
