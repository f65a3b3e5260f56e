import { isDecided, isMissing, items, within, type Place } from '../place';
import { isFilled, matches, optional } from '../predicates';
import { demand, problem, type Problem } from '../problem';
import { unassignedProblems } from './assigned-identities';
import { repetitions, type Rule } from './rule';

/** Lower case, digits and hyphens are known to be all; reports differ about the length, so 253 is an assumption. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,251}[a-z0-9])?$/;
/** Any host: the clouds of some countries have other names than vault.azure.net. */
const VERSIONLESS = /^https:\/\/[^/\s]+\/secrets\/[A-Za-z0-9-]+$/;
const VERSIONED = /^https:\/\/[^/\s]+\/secrets\/[^/\s]+\/[^/\s]+\/?$/;

/**
 * Azure's words for the pair: "value or keyVaultUrl and identity should be provided"
 * (pulumi/pulumi-azure-native#2673, read 2026-11-22).
 */
function sourceProblems(app: Place, secret: Place): Problem[] {
  const [value, url, identity] = [
    within(secret, 'value'),
    within(secret, 'keyVaultUrl'),
    within(secret, 'identity'),
  ];
  if (!isDecided(value, url, identity)) return [];
  const why = 'Azure refuses the whole app (ContainerAppSecretInvalid)';
  const fix = 'Give keyVaultUrl together with identity, and no value';
  if (isMissing(value) && isMissing(url)) {
    return [problem(secret, { wrong: 'has no source', why, fix })];
  }
  if (!isMissing(value) && !(isMissing(url) && isMissing(identity))) {
    return [problem(secret, { wrong: 'has a value and a place to read it from', why, fix })];
  }
  if (isMissing(url)) {
    const wrong = 'is an empty value';
    return demand(value, isFilled, { wrong, why, fix });
  }
  return [
    ...demand(identity, isFilled, { wrong: 'does not say which identity reads the Key Vault', why, fix }),
    ...unassignedProblems(app, identity),
  ];
}

/**
 * Azure looks for a new version of a versionless reference by itself; that running revisions keep the old value anyway
 * (microsoft/azure-container-apps#608, read 2026-11-22) is what TAVUS_API_KEY_VERSION is for, not this rule.
 */
function urlProblems(url: Place): Problem[] {
  if (typeof url.value === 'string' && VERSIONED.test(url.value)) {
    return [
      problem(url, {
        wrong: 'names one version of the secret',
        why: 'A rotated key would never reach the app',
        fix: 'Leave the version out: <vaultUri>secrets/<name>',
      }),
    ];
  }
  return demand(url, optional(matches(VERSIONLESS)), {
    wrong: 'is not the address of a secret in a Key Vault',
    why: 'Azure refuses the app, or its revision never starts',
    fix: 'Build it from vaultUri: <vaultUri>secrets/<name>',
  });
}

/** Secrets of a Container App, read from the Key Vault by an identity that the app has. */
export const appSecretProblems: Rule = (app) => {
  const secrets = items(within(app, 'configuration', 'secrets'));
  const names = secrets.map((secret) => within(secret, 'name'));
  return [
    ...names.flatMap((name) =>
      demand(name, matches(NAME), {
        wrong: 'is no name for a secret of a Container App',
        why: 'Azure allows lower-case letters, digits and hyphens, the first and last no hyphen',
        fix: 'Write TAVUS_API_KEY as tavus-api-key',
      }),
    ),
    ...repetitions(names, 'Of two secrets with one name only one can be meant'),
    ...secrets.flatMap((secret) => [
      ...sourceProblems(app, secret),
      ...urlProblems(within(secret, 'keyVaultUrl')),
    ]),
  ];
};
