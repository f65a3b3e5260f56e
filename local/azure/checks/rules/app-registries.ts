import { isDecided, items, textAt, within } from '../place';
import { isAbsent, isFilled, matches } from '../predicates';
import { demand, problem } from '../problem';
import { unassignedProblems } from './assigned-identities';
import { repetitions, type Rule } from './rule';

/** Host of an image in an Azure Container Registry; ours refuses anonymous pulls. */
const PRIVATE_IMAGE = /^(?<host>[a-z0-9.-]+\.azurecr\.io)\//;

/**
 * How a Container App pulls: by identity, never by a password that somebody would have to rotate. That the identity has
 * AcrPull before the app is made (microsoft/azure-container-apps#836, read 2026-11-22) is a matter of order, which
 * inputs don't show. A pull that is refused is tried again until the revision fails after 900 s.
 */
export const appRegistryProblems: Rule = (app) => {
  const list = within(app, 'configuration', 'registries');
  const registries = items(list);
  const servers = registries.map((registry) => within(registry, 'server'));
  const images = items(within(app, 'template', 'containers')).map((container) => within(container, 'image'));
  const isPullable = (host: string): boolean =>
    !isDecided(list, ...servers) || servers.some(({ value }) => value === host);
  const noPassword = {
    wrong: 'belongs to pulling with a password',
    why: 'It works until somebody rotates the password, and whoever has it can push images too',
    fix: 'Leave it out and give identity',
  };
  return [
    ...servers.flatMap((server) =>
      demand(server, matches(/^[a-z0-9.-]+(?::\d+)?$/i), {
        wrong: 'is no host of a registry',
        why: 'The image would be pulled without any credentials',
        fix: "Give the registry's loginServer, without https://",
      }),
    ),
    ...repetitions(servers, 'Azure refuses two ways into one registry'),
    ...registries.flatMap((registry) => [
      ...demand(within(registry, 'identity'), isFilled, {
        wrong: 'does not say which identity pulls',
        why: 'The pull would be anonymous and refused, and the revision fails after 15 minutes',
        fix: 'Give the id of an identity with AcrPull on the registry',
      }),
      ...unassignedProblems(app, within(registry, 'identity')),
      ...demand(within(registry, 'username'), isAbsent, noPassword),
      ...demand(within(registry, 'passwordSecretRef'), isAbsent, noPassword),
    ]),
    ...images.flatMap((image) => {
      const host = PRIVATE_IMAGE.exec(textAt(image))?.groups?.['host'];
      if (host === undefined || isPullable(host)) return [];
      return [
        problem(image, {
          wrong: `comes from ${host}, which configuration.registries does not name`,
          why: 'The pull would be anonymous and refused, and the revision fails after 15 minutes',
          fix: 'Add the registry with the identity that may pull',
        }),
      ];
    }),
  ];
};
