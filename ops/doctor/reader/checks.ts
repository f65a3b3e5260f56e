import type { IAMClient } from '@aws-sdk/client-iam';
import { type BackendIdentity, identityProviderArn } from '../../../contract/backend-identity';
import { stackName } from '../../../contract/hand-over';
import type { SettingValues } from '../../../contract/settings';
import type { BucketFacts } from '../bucket/facts';
import { BACKEND_READS, judgeDenials } from '../bucket/judge-denials';
import { judgeAnswer } from '../judge-answer';
import type { RoleFacts } from '../role/facts';
import type { InspectedRole } from '../role/inspect-role';
import type { DeployedEnvironment } from '../settings/sources';
import { fail, ok, unknown, warn, type Check, type CheckOutcome } from '../check-result';
import { providerAudiences } from './facts';
import { judgeHoldsBucket } from './holds-bucket';
import { judgeAudience, judgeProvider, judgeReaderSession } from './judge';
import { judgeReaderTrust, v2Issuer } from './judge-trust';
import { checkReaderActions, checkReaderExcess, type ReaderAccess } from './rights';

/** The role that the backend reads the bucket with, and what it needs to assume it. */
export interface ReaderSubject {
  readonly values: SettingValues;
  readonly deployed: DeployedEnvironment | undefined;
  /** Audience of the tokens that the backend requests. */
  readonly audience: { readonly value: string; readonly from: string } | undefined;
  readonly iam: IAMClient;
  /** Undefined when the settings name none. */
  readonly role: InspectedRole | undefined;
  readonly bucket: { readonly name: string; readonly facts: BucketFacts } | undefined;
  /** Reads the configuration of another bucket. */
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

const check = (id: Id | 'holds-bucket', run: Check['run']): Check => ({
  id,
  topic: 'reader',
  ...(id === 'reader-audience' ? {} : { asks: 'AWS' }),
  run,
});

/** Checks of the reader role and of the bucket for holds. Without a reader role one check reports that. */
export function readerChecks(subject: ReaderSubject): Check[] {
  const { role, values, look } = subject;
  const { RECORDINGS_HOLDS_BUCKET_NAME: holds } = values;
  return [
    ...(role === undefined
      ? [{ id: 'reader-role', topic: 'reader', run: () => judgeNoRole(subject) } as const]
      : roleChecks({ ...subject, role })),
    ...(holds === undefined ? [] : [check('holds-bucket', () => judgeHoldsBucket(holds, look(holds)))]),
  ];
}

/** Running without a reader role is a choice; the warning states its cost. */
function judgeNoRole({ values, deployed }: ReaderSubject): CheckOutcome {
  const expected = 'a role with which the backend reads the bucket';
  if (values.RECORDINGS_ACCESS === 'default-chain')
    return ok('none: RECORDINGS_ACCESS is default-chain', expected);
  if (deployed?.backend !== undefined) {
    const fix = `npx cdk deploy ${stackName(deployed.environment)}`;
    return fail(
      `none in ${deployed.file}, although cdk.json has backend of ${deployed.environment}`,
      expected,
      fix,
    );
  }
  return warn(
    'none: recordings stay `announced`, because the backend cannot look into the bucket',
    expected,
    'Set backend of the environment in cdk.json, as docs/azure.md says under "Reading the bucket".',
  );
}

type WithRole = ReaderSubject & { readonly role: InspectedRole };

function roleChecks(subject: WithRole): Check[] {
  const { role, audience, iam } = subject;
  const { backend } = subject.deployed ?? {};
  const fix = fixOf(subject.deployed);
  const outcomes: Readonly<Record<Id, () => Promise<CheckOutcome>>> = {
    'reader-role': async () =>
      judgeAnswer(await role.facts, 'the role, in reach', (found) =>
        found?.arn === role.arn ? ok('exists', EXISTS) : fail('no such role', EXISTS, fix),
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
    'reader-actions': async () => withReader(subject, (reader) => checkReaderActions(reader, fix)),
    'reader-denials': async () =>
      withReader(subject, async ({ bucket }) => {
        const vendorRole = await role.principal;
        return judgeAnswer(await bucket.facts.policy, RIGHTS, (policy) =>
          judgeDenials(policy, vendorRole, bucket.name, BACKEND_READS),
        );
      }),
    'reader-excess': async () => withReader(subject, (reader) => checkReaderExcess(reader, fix)),
  };
  return IDS.map((id) => check(id, outcomes[id]));
}

const EXISTS = 'the role of RECORDINGS_READER_ROLE_ARN';
const RIGHTS = 'the rights to read, and no others';

const v2Provider = (account: string, { tenantId }: BackendIdentity): string =>
  `arn:aws:iam::${account}:oidc-provider/${v2Issuer(tenantId)}`;

/** The stack creates the role from cdk.json, so the fix is there. */
const fixOf = (deployed: DeployedEnvironment | undefined): string =>
  'Compare backend in cdk.json with `pulumi stack output` (tenantId, appPrincipalId) and with the audience that ' +
  `\`npm run entra\` prints, and run \`npx cdk deploy ${deployed === undefined ? '<stack>' : stackName(deployed.environment)}\`.`;

const withBackend = async (
  backend: BackendIdentity | undefined,
  judge: (backend: BackendIdentity) => Promise<CheckOutcome> | CheckOutcome,
): Promise<CheckOutcome> =>
  backend === undefined
    ? unknown(
        'no backend of this environment in cdk.json',
        'the identity of the backend in cdk.json',
        'Run the doctor with --environment <name>, in the folder of cdk.json.',
      )
    : judge(backend);

async function withRole(
  { arn, facts }: InspectedRole,
  judge: (facts: RoleFacts) => CheckOutcome,
): Promise<CheckOutcome> {
  return judgeAnswer(await facts, EXISTS, (found) =>
    found === undefined || found.arn !== arn ? unknown('the role does not exist', EXISTS) : judge(found),
  );
}

const withReader = async (
  { role, bucket, values }: WithRole,
  judge: (reader: ReaderAccess) => Promise<CheckOutcome>,
): Promise<CheckOutcome> =>
  bucket === undefined
    ? unknown('TAVUS_RECORDING_S3_BUCKET_NAME is not known', RIGHTS)
    : judge({
        role,
        bucket,
        holdsBucket: values.RECORDINGS_HOLDS_BUCKET_NAME,
        keyArn: values.RECORDINGS_KEY_ARN,
      });
