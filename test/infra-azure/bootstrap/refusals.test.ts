import * as pulumi from '@pulumi/pulumi';
import { ciIdentity } from '../../../infra-azure/bootstrap/ci-identity';
import { runWithMocks } from '../mocks';
import { configured } from '../samples';
import { CONFIG } from './samples';

type Values = Readonly<Record<string, string | undefined>>;

/** The error for a configuration, and the number of resources requested before it. */
async function refusal(
  values: Values,
  stack = 'prod',
): Promise<{ readonly bullets: readonly string[]; readonly registered: number }> {
  let heading = '';
  let bullets: string[] = [];
  const { resources } = await runWithMocks(() => {
    try {
      return ciIdentity(configured(values, []), stack);
    } catch (error) {
      if (!pulumi.RunError.isInstance(error)) throw error;
      [heading = '', ...bullets] = error.message.split('\n- ');
      return {};
    }
  });
  expect(heading).toBe(`The CI identity of ${stack} cannot be deployed; nothing was changed:`);
  return { bullets, registered: resources.length };
}

const RUN = 'Run `pulumi -C infra-azure/bootstrap';
const IMMUTABLE =
  'Tokens of repositories created since 15 July 2026 have it in the subject, and would not match.';

// Each is refused with its own message, before the first resource.
const BROKEN: readonly (readonly [string, Values, string])[] = [
  [
    'no repository',
    { githubRepository: undefined },
    "githubRepository: is not a repository's owner/name, got nothing. No token would match, or the tokens of " +
      `another repository. ${RUN} config set githubRepository <owner>/<name>\`.`,
  ],
  [
    'a pattern of repositories',
    { githubRepository: 'acme/*' },
    'githubRepository: is not a repository\'s owner/name, got "acme/*". No token would match, or the tokens of ' +
      `another repository. ${RUN} config set githubRepository <owner>/<name>\`.`,
  ],
  [
    'a name for the number of the repository',
    { githubRepositoryId: 'talks' },
    `githubRepositoryId: is not a number (gh api repos/<owner>/<name> --jq .id), got "talks". ${IMMUTABLE} ` +
      `${RUN} config set githubRepositoryId <number>\`.`,
  ],
  [
    'no owner',
    { githubOwnerId: undefined },
    `githubOwnerId: is not a number (gh api repos/<owner>/<name> --jq .owner.id), got nothing. ${IMMUTABLE} ` +
      `${RUN} config set githubOwnerId <number>\`.`,
  ],
  [
    'a character that GitHub escapes in subjects',
    { githubEnvironment: 'production:eu' },
    'githubEnvironment: is not the name of a GitHub environment (letters, digits, dots, hyphens, underscores), got ' +
      `"production:eu". No token would match. ${RUN} config set githubEnvironment production\`.`,
  ],
  [
    'a region as people write it',
    { location: 'West Europe' },
    'location: is not the name of an Azure region such as westeurope, got "West Europe". Azure would refuse every resource. ' +
      `${RUN} config set location westeurope\`.`,
  ],
  [
    'tags that Azure refuses half-way',
    { tags: 'windows=10' },
    'tags: is not a list of tags that Azure accepts (name=value,name=value, each name once, no reserved names), got ' +
      '"windows=10". Azure, or an Azure Policy that requires tags, would refuse a resource in the middle of the deployment. ' +
      `${RUN} config set tags CostCentre=4711,Owner=platform\`.`,
  ],
  [
    'a word in place of a boolean',
    { protectData: 'maybe' },
    'protectData: is not true or false, got "maybe". State and key could be deleted by accident. ' +
      `${RUN} config set protectData true\`.`,
  ],
  [
    'one GitHub environment for both',
    { githubCheckEnvironment: 'production' },
    'githubCheckEnvironment: is the same as githubEnvironment, got "production". A read-only job could deploy, or would wait for an ' +
      `approval every day. ${RUN} config set githubCheckEnvironment <another>\`.`,
  ],
  [
    'one for both in other letters, which GitHub takes for the same',
    { githubEnvironment: 'look', githubCheckEnvironment: 'Look' },
    'githubCheckEnvironment: is the same as githubEnvironment, got "Look". A read-only job could deploy, or would wait for an ' +
      `approval every day. ${RUN} config set githubCheckEnvironment <another>\`.`,
  ],
  [
    'a misspelt key',
    { githubEnviroment: 'live' },
    'githubEnviroment: unknown setting, got 4 characters. It would be ignored. Did you mean githubEnvironment? ' +
      `${RUN} config rm tavus-recordings:githubEnviroment\`.`,
  ],
];

describe('a broken configuration is refused before any resource', () => {
  test.each(BROKEN)('%s', async (_, change, problem) => {
    expect(await refusal({ ...CONFIG, ...change })).toEqual({ bullets: [problem], registered: 0 });
  });

  test.each(['laptop', 'Prod', 'prod.eu', 'a'.repeat(31)])('the stack %s', async (stack) => {
    const { bullets, registered } = await refusal(CONFIG, stack);
    expect(bullets).toEqual([
      `stack: is not an allowed name (1 to 30 lower-case letters, digits and hyphens, a letter first, not laptop), got "${stack}". ` +
        'It is part of the names of groups and identities, and must be the name of the deployed stack. ' +
        `${RUN} stack init <environment>\`.`,
    ]);
    expect(registered).toBe(0);
  });

  test('with all problems at once', async () => {
    const { bullets, registered } = await refusal(
      { location: '?', protectData: '?', githubEnvironment: 'a b', githubCheckEnvironment: 'a b' },
      'laptop',
    );
    expect(bullets.map((bullet) => bullet.slice(0, bullet.indexOf(':')))).toEqual([
      'stack',
      'githubRepository',
      'githubRepositoryId',
      'githubOwnerId',
      'githubEnvironment',
      'githubCheckEnvironment',
      'location',
      'protectData',
      'githubCheckEnvironment',
    ]);
    expect(registered).toBe(0);
  });
});
