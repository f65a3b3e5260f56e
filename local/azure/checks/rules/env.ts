import { isDecided, isMissing, items, within, type Place } from '../place';
import { isAbsent, matches, oneOf } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import { repetitions } from './rule';

/** What Kubernetes allows, on which Container Apps run; that Azure allows no more is an assumption. */
const NAME = /^[A-Za-z_][\w.-]*$/;

/**
 * Empty values and names that come twice make differences that no deployment removes
 * (hashicorp/terraform-provider-azurerm#31376, read 2026-11-22).
 */
function valueProblems(entry: Place): Problem[] {
  const [value, secretRef] = [within(entry, 'value'), within(entry, 'secretRef')];
  if (!isDecided(value, secretRef)) return [];
  if (value.value === '' && isMissing(secretRef)) {
    return [
      problem(value, {
        wrong: 'is empty',
        why: 'Azure drops empty values, so every later preview shows a change that is none',
        fix: 'Leave the whole entry out',
      }),
    ];
  }
  if (isMissing(value) !== isMissing(secretRef)) return [];
  return [
    problem(entry, {
      wrong: isMissing(value) ? 'has neither value nor secretRef' : 'has both value and secretRef',
      why: 'The container would start without the variable, or with the wrong one',
      fix: 'Give exactly one of the two',
    }),
  ];
}

/**
 * That the platform can rewrite a reference later (microsoft/azure-container-apps#1705, read 2026-11-22) no check
 * beforehand can see; /readyz does.
 */
function referenceProblems(app: Place, entry: Place): Problem[] {
  const secrets = within(app, 'configuration', 'secrets');
  const names = items(secrets).map((secret) => within(secret, 'name'));
  const known = names.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return demand(
    within(entry, 'secretRef'),
    (name) => isAbsent(name) || !isDecided(secrets, ...items(secrets), ...names) || oneOf(known)(name),
    {
      wrong: `names no secret of the app (it has ${known.join(', ') || 'none'})`,
      why: 'Azure refuses the app, or the container starts without the variable',
      fix: 'Name one of configuration.secrets',
    },
  );
}

/** Environment of one container. Its order is ours to keep, not Azure's rule, so nothing here looks at it. */
export function envProblems(app: Place, container: Place): Problem[] {
  const entries = items(within(container, 'env'));
  const names = entries.map((entry) => within(entry, 'name'));
  return [
    ...names.flatMap((name) =>
      demand(name, matches(NAME), {
        wrong: 'is no name of an environment variable',
        why: 'Azure refuses the app',
        fix: 'Use letters, digits, underscores, dots and hyphens, and no digit first',
      }),
    ),
    ...repetitions(names, 'Only one of the values reaches the container, and each preview shows a change'),
    ...entries.flatMap((entry) => [...valueProblems(entry), ...referenceProblems(app, entry)]),
  ];
}
