import { UNKNOWN } from '../../wire';
import { isDecided, items, textAt, within, type Decided, type Place } from '../place';
import { demand, problem, type Problem } from '../problem';
import type { Rule } from './rule';

const USER_ASSIGNED = 'UserAssigned';
const SYSTEM = 'system';

/** Ids of resources mean the same in any case. */
const sameId = (a: Decided, b: Decided): boolean =>
  typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase();

const list = (app: Place): Place => within(app, 'identity', 'userAssignedIdentities');
const kind = (app: Place): Place => within(app, 'identity', 'type');

function isAssigned(app: Place, id: Decided): boolean {
  if (sameId(id, SYSTEM)) {
    return kind(app).value === UNKNOWN || textAt(kind(app)).includes('SystemAssigned');
  }
  if (!isDecided(list(app), ...items(list(app)))) return true;
  return items(list(app)).some(({ value }) => value !== UNKNOWN && sameId(value, id));
}

/** A problem when the app doesn't have the identity that a place names. */
export const unassignedProblems = (app: Place, place: Place): Problem[] =>
  demand(place, (id) => id === undefined || isAssigned(app, id), {
    wrong: 'names an identity that the app does not have',
    why: 'The revision could neither pull its image nor read its secrets with it',
    fix: 'Add its id to identity.userAssignedIdentities',
  });

/** The kind of identity and the list of them belong together. */
const listProblems: Rule = (app) => {
  if (!isDecided(kind(app), list(app))) return [];
  const says = textAt(kind(app)).includes(USER_ASSIGNED);
  const has = items(list(app)).length > 0;
  if (says === has) return [];
  return [
    problem(says ? list(app) : kind(app), {
      wrong: says ? 'lists no identity' : 'leaves out the listed identities',
      why: 'Azure refuses an identity type that the list contradicts',
      fix: `Give type ${USER_ASSIGNED} together with at least one id`,
    }),
  ];
};

const settings = (app: Place): Place => within(app, 'configuration', 'identitySettings');

/**
 * Code in the app must not get a token of an identity that only pulls and reads secrets; without a setting Azure gives
 * it every assigned one (default `All`). That `None` still lets the platform read a secret is an assumption until the
 * first deployment. Source: Azure's type definitions, read 2026-11-22.
 */
function lifecycleProblems(app: Place, user: Place): Problem[] {
  const entries = items(settings(app));
  const ids = entries.map((entry) => within(entry, 'identity'));
  if (!isDecided(user, settings(app), ...ids) || user.value === undefined) return [];
  const words = {
    wrong: 'leaves an identity that the platform uses to the code as well',
    why: 'Whoever breaks into the app could pull every image and read every secret that the identity may',
    fix: 'Add an entry with the identity and lifecycle None, and give the code another identity if it needs one',
  };
  const own = entries.find((entry) => {
    const { value } = within(entry, 'identity');
    return value !== UNKNOWN && user.value !== UNKNOWN && sameId(value, user.value);
  });
  if (own === undefined) return [problem(settings(app), words)];
  return demand(within(own, 'lifecycle'), (lifecycle) => lifecycle === 'None', words);
}

/** Identities of a Container App: assigned before they are used, and each for one purpose. */
export const assignedIdentityProblems: Rule = (app) => {
  const users = [
    ...items(within(app, 'configuration', 'registries')),
    ...items(within(app, 'configuration', 'secrets')),
  ].map((user) => within(user, 'identity'));
  // Several secrets share an identity; one word about it is enough.
  const distinct = [...new Map(users.map((user) => [user.value, user])).values()];
  return [
    ...listProblems(app),
    ...items(settings(app)).flatMap((entry) => unassignedProblems(app, within(entry, 'identity'))),
    ...distinct.flatMap((user) => lifecycleProblems(app, user)),
  ];
};
