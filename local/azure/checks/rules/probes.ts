import { isDecided, isMissing, items, textAt, within, type Place } from '../place';
import { matches, oneOf, optional, wholeNumber } from '../predicates';
import { demand, problem, type Problem, type Words } from '../problem';
import { repetitions } from './rule';

/**
 * Bounds as the provider's type declarations document them (@pulumi/azure-native 3.28.0, ContainerAppProbe), read
 * 2026-11-25.
 */
const BOUNDS = {
  initialDelaySeconds: [1, 60],
  periodSeconds: [1, 240],
  timeoutSeconds: [1, 240],
} as const;

/** The declarations say 10; these wider bounds are assumptions, the more so the one for a slow start. */
const MOST_FAILURES = 30;
const MOST_FAILURES_AT_START = 240;
/** Of readiness; documented to be 1 for the other two types. */
const MOST_SUCCESSES = 10;

const range = (least: number, most: number): Words => ({
  wrong: `is not a whole number from ${least} to ${most}`,
  why: 'Azure refuses the app',
  fix: 'Give one within the bounds; a slow start wants a longer period or more failures in the Startup probe',
});

function numberProblems(probe: Place): Problem[] {
  const type = within(probe, 'type');
  // Where the type is unknown the widest bounds hold.
  const isType = (...names: readonly string[]): boolean => !isDecided(type) || names.includes(textAt(type));
  const mostFailures = isType('Startup') ? MOST_FAILURES_AT_START : MOST_FAILURES;
  const mostSuccesses = isType('Readiness') ? MOST_SUCCESSES : 1;
  return [
    ...Object.entries(BOUNDS).flatMap(([name, [lowest, highest]]) =>
      demand(within(probe, name), optional(wholeNumber(lowest, highest)), range(lowest, highest)),
    ),
    ...demand(
      within(probe, 'failureThreshold'),
      optional(wholeNumber(1, mostFailures)),
      range(1, mostFailures),
    ),
    ...demand(
      within(probe, 'successThreshold'),
      optional(wholeNumber(1, mostSuccesses)),
      range(1, mostSuccesses),
    ),
  ];
}

function targetProblems(probe: Place): Problem[] {
  const [http, tcp] = [within(probe, 'httpGet'), within(probe, 'tcpSocket')];
  if (isDecided(http, tcp) && isMissing(http) === isMissing(tcp)) {
    return [
      problem(probe, {
        wrong: 'must have exactly one of httpGet and tcpSocket',
        why: 'Azure refuses the app, or replaces the probe by one of its own',
        fix: 'Give httpGet with path and port',
      }),
    ];
  }
  const ports = [http, tcp].filter((target) => !isMissing(target)).map((target) => within(target, 'port'));
  return [
    ...ports.flatMap((port) => demand(port, wholeNumber(1, 65_535), range(1, 65_535))),
    ...demand(within(http, 'path'), optional(matches(/^\//)), {
      wrong: 'is no path',
      why: 'The probe would ask for another address and never succeed',
      fix: 'Begin it with /',
    }),
  ];
}

/**
 * Probes of one container: each of the three kinds at most once. In which order they stand is the program's business,
 * though it had better always be the same: Azure answers in an order of its own, and a preview then shows a change
 * (hashicorp/terraform-provider-azurerm#29743, read 2026-11-22).
 */
export function probeProblems(container: Place): Problem[] {
  const probes = items(within(container, 'probes'));
  const types = probes.map((probe) => within(probe, 'type'));
  return [
    ...types.flatMap((type) =>
      demand(type, oneOf(['Liveness', 'Readiness', 'Startup']), {
        wrong: 'is not Liveness, Readiness or Startup',
        why: 'Azure refuses the app',
        fix: 'Give one of the three, spelled like this',
      }),
    ),
    ...repetitions(types, 'Azure takes one probe of each type'),
    ...probes.flatMap((probe) => [...numberProblems(probe), ...targetProblems(probe)]),
  ];
}
