import { isDecided, items, within } from '../place';
import { exactly, matches } from '../predicates';
import { demand, problem } from '../problem';
import { locationProblems, repetitions, type Rule } from './rule';
import { isObject } from '../../wire';

/** `emailReceivers`, `smsReceivers` and ten more; each of them counts. */
const RECEIVER_LIST = /Receivers$/;

/**
 * Who hears of an alert. The bound of the short name is Azure's own definition, restated; an empty group would be
 * legal.
 */
export const actionGroupProblems: Rule = (group) => {
  const lists = Object.keys(isObject(group.value) ? group.value : {})
    .filter((name) => RECEIVER_LIST.test(name))
    .map((name) => within(group, name));
  const receivers = lists.flatMap(items);
  const emails = items(within(group, 'emailReceivers'));
  const nobody = {
    wrong: 'names nobody',
    why: 'Alerts would fire and nobody would hear of them',
    fix: 'Give at least one address',
  };
  return [
    ...locationProblems(group),
    ...demand(within(group, 'groupShortName'), matches(/^.{1,12}$/), {
      wrong: 'is not a text of 1 to 12 characters',
      why: 'Azure refuses the group; the name stands in text messages',
      fix: 'Shorten it',
    }),
    ...demand(within(group, 'enabled'), exactly(true), {
      wrong: 'switches the group off',
      why: 'Alerts would fire and nobody would hear of them',
      fix: 'Set it to true',
    }),
    ...(isDecided(...lists) && receivers.length === 0
      ? [problem(within(group, 'emailReceivers'), nobody)]
      : []),
    ...repetitions(
      receivers.map((receiver) => within(receiver, 'name')),
      'Azure refuses two receivers with one name',
    ),
    ...emails.flatMap((email) =>
      demand(within(email, 'emailAddress'), matches(/^[^\s@]+@[^\s@]+\.[^\s@]+$/), {
        wrong: 'is no e-mail address',
        why: 'The alert would reach nobody',
        fix: 'Give the address of somebody who reads it',
      }),
    ),
  ];
};
