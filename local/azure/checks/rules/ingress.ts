import { isDecided, isMissing, items, within, type Place } from '../place';
import { exactly, isAbsent, optional, wholeNumber } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import type { Rule } from './rule';

const ALL = 100;

function weightProblems(traffic: Place): Problem[] {
  const weights = items(traffic).map((entry) => within(entry, 'weight'));
  if (isMissing(traffic) || !isDecided(traffic, ...items(traffic), ...weights)) return [];
  const sum = weights.reduce((total, { value }) => total + Number(value ?? 0), 0);
  if (sum === ALL) return [];
  return [
    problem(traffic, {
      wrong: `has weights that add up to ${sum} instead of ${ALL}`,
      why: 'Azure refuses an app whose requests would go nowhere or twice',
      fix: `Give one entry with latestRevision true and weight ${ALL}`,
    }),
  ];
}

/** In single revision mode another revision than the latest does not run, so no request may be sent to one. */
function revisionProblems(entry: Place): Problem[] {
  return [
    ...demand(within(entry, 'latestRevision'), exactly(true), {
      wrong: 'does not follow the latest revision',
      why: 'In single revision mode only the latest runs, and a deployment would change nothing that callers see',
      fix: `Give latestRevision true and weight ${ALL}`,
    }),
    ...demand(within(entry, 'revisionName'), isAbsent, {
      wrong: 'pins a revision',
      why: 'In single revision mode the pinned one is gone after the next deployment',
      fix: 'Leave it out',
    }),
  ];
}

/**
 * What the world may send to the app, and where it arrives. An app without ingress has none of these problems, and of
 * one without traffic we assume that Azure sends all to the latest revision.
 */
export const ingressProblems: Rule = (app) => {
  const ingress = within(app, 'configuration', 'ingress');
  if (isMissing(ingress)) return [];
  const traffic = within(ingress, 'traffic');
  return [
    ...demand(within(ingress, 'targetPort'), wholeNumber(1, 65_535), {
      wrong: 'is no port',
      why: 'Azure would guess the port, and requests end in 502 when it guesses wrong',
      fix: 'Give the port that the container listens on',
    }),
    ...demand(within(ingress, 'allowInsecure'), optional(exactly(false)), {
      wrong: 'lets plain http in',
      why: 'Keys and tokens of callers would travel readable',
      fix: 'Set it to false, so that http is redirected to https',
    }),
    ...weightProblems(traffic),
    ...items(traffic).flatMap(revisionProblems),
  ];
};
