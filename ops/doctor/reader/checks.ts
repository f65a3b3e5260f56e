import type { IAMClient } from '@aws-sdk/client-iam';
import { type BackendIdentity, identityProviderArn } from '../../../contract/backend-identity';
import { stackName } from '../../../contract/hand-over';
import type { SettingValues } from '../../../contract/settings';
import type { BucketFacts } from '../bucket/facts';
import { READING, judgeDenials } from '../bucket/judge-denials';
import { judged } from '../judged';
import type { RoleFacts } from '../role/facts';
import type { RoleInReach } from '../role/in-reach';
import type { Deployed } from '../settings/sources';
import { fail, ok, unknown, warn, type Check, type Verdict } from '../verdict';
import { providerAudiences } from './facts';
import { judgeHoldsBucket } from './holds-bucket';
import { judgeAudience, judgeProvider, judgeReaderSession } from './judge';
import { judgeReaderTrust, v2Issuer } from './judge-trust';
import { judgeActions, judgeExcess, type Reader } from './rights';

/** The role by which the backend reads the bucket, and what it takes to become it. */
export interface ReaderSubject {
  readonly values: SettingValues;
  readonly deployed: Deployed | undefined;
  /** Where the audience stands that the backend asks tokens for. */
  readonly audience: { readonly value: string; readonly from: string } | undefined;
  readonly iam: IAMClient;
  /** Undefined where the settings have no such role. */
  readonly role: RoleInReach | undefined;
  readonly bucket: { readonly name: string; readonly facts: BucketFacts } | undefined;
  readonly look: (bucket: string) => BucketFacts;
}

const IDS = [
  'reader-role',
  'reader-audience',
  'reader-provider',
  'reader-trust',
  'reader-session',
  'reader-actions',
  'reader-denials',
  'reader-excess',
] as const;
type Id = (typeof IDS)[number];

const check = (id: Id | 'holds-bucket', verdict: Check['verdict']): Check => ({
  id,
  topic: 'reader',
  ...(id === 'reader-audience' ? {} : { asks: 'AWS' }),
  verdict,
});

/** One check where there is no such role, and then that of the bucket for holds, if there is one. */
export function readerChecks(subject: ReaderSubject): Check[] {
  const { role, values, look } = subject;
  const { RECORDINGS_HOLDS_BUCKET_NAME: holds } = values;
  return [
    ...(role === undefined
      ? [{ id: 'reader-role', topic: 'reader', verdict: () => judgeNoRole(subject) } as const]
      : roleChecks({ ...subject, role })),
    ...(holds === undefined ? [] : [check('holds-bucket', () => judgeHoldsBucket(holds, look(holds)))]),
  ];
}

/** Not to read the bucket is a choice, of which people have to know what it costs. */
function judgeNoRole({ values, deployed }: ReaderSubject): Verdict {
  const expected = 'a role by which the backend reads the bucket';
  if (values.RECORDINGS_ACCESS === 'default-chain')
    return ok('none: RECORDINGS_ACCESS is default-chain', expected);
  if (deployed?.backend !== undefined) {
    const fix = `npx cdk deploy ${stackName(deployed.environment)}`;
    return fail(
      `none in ${deployed.file}, though cdk.json has backend of ${deployed.environment}`,
      expected,
      fix,
    );
  }
  return warn(
    'none: a state ends at `announced`, because only Tavus says so',
    expected,
    'Set backend of the environment in cdk.json, as docs/azure.md says under "Reading the bucket".',
  );
}

type WithRole = ReaderSubject & { readonly role: RoleInReach };

function roleChecks(subject: WithRole): Check[] {
  const { role, audience, iam } = subject;
  const { backend } = subject.deployed ?? {};
  const fix = fixOf(subject.deployed);
  const verdicts: Readonly<Record<Id, () => Promise<Verdict>>> = {
    'reader-role': async () =>
      judged(await role.facts, 'the role, in reach', (found) =>
        found?.arn === role.arn ? ok('it is there', EXISTS) : fail('no such role', EXISTS, fix),
      ),
    'reader-audience': async () => withBackend(backend, (wanted) => judgeAudience(wanted, audience)),
    'reader-provider': async () =>
      withBackend(backend, async (wanted) =>
        judgeProvider(wanted, {
          audiences: await providerAudiences(iam, identityProviderArn(role.account, wanted.tenantId)),
          hasV2: async () => (await providerAudiences(iam, v2Provider(role.account, wanted))).kind === 'is',
        }),
      ),
    'reader-trust': async () =>
      withBackend(backend, (wanted) =>
        withRole(role, ({ trust }) =>
          judgeReaderTrust(trust, { backend: wanted, account: role.account, fix }),
        ),
      ),
    'reader-session': async () => withRole(role, ({ maxSessionSec }) => judgeReaderSession(maxSessionSec)),
    'reader-actions': async () => withReader(subject, (reader) => judgeActions(reader, fix)),
    'reader-denials': async () =>
      withReader(subject, async ({ bucket }) => {
        const writer = await role.writer;
        return judged(await bucket.facts.policy, RIGHTS, (policy) =>
          judgeDenials(policy, writer, bucket.name, READING),
        );
      }),
    'reader-excess': async () => withReader(subject, (reader) => judgeExcess(reader, fix)),
  };
  return IDS.map((id) => check(id, verdicts[id]));
}

const EXISTS = 'the role of RECORDINGS_READER_ROLE_ARN';
const RIGHTS = 'the rights to read, and no others';

const v2Provider = (account: string, { tenantId }: BackendIdentity): string =>
  `arn:aws:iam::${account}:oidc-provider/${v2Issuer(tenantId)}`;

/** The stack makes the role of what cdk.json says, so that is where it is put right. */
const fixOf = (deployed: Deployed | undefined): string =>
  'Compare backend in cdk.json with `pulumi stack output` (tenantId, appPrincipalId) and with the audience that ' +
  `\`npm run entra\` prints, and run \`npx cdk deploy ${deployed === undefined ? '<stack>' : stackName(deployed.environment)}\`.`;

const withBackend = async (
  backend: BackendIdentity | undefined,
  judge: (backend: BackendIdentity) => Promise<Verdict> | Verdict,
): Promise<Verdict> =>
  backend === undefined
    ? unknown(
        'no backend of this environment in cdk.json',
        'the identity that may read, named in cdk.json',
        'Run it with --environment <name>, in the folder of cdk.json.',
      )
    : judge(backend);

async function withRole({ arn, facts }: RoleInReach, judge: (facts: RoleFacts) => Verdict): Promise<Verdict> {
  return judged(await facts, EXISTS, (found) =>
    found === undefined || found.arn !== arn ? unknown('the role does not exist', EXISTS) : judge(found),
  );
}

const withReader = async (
  { role, bucket, values }: WithRole,
  judge: (reader: Reader) => Promise<Verdict>,
): Promise<Verdict> =>
  bucket === undefined
    ? unknown('TAVUS_RECORDING_S3_BUCKET_NAME is not known', RIGHTS)
    : judge({
        role,
        bucket,
        holdsBucket: values.RECORDINGS_HOLDS_BUCKET_NAME,
        keyArn: values.RECORDINGS_KEY_ARN,
      });
