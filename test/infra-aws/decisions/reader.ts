import { type DeployedPolicies, ISSUER } from '../deployed';
import { type DeployedRole, SIMULATED_ISSUER } from '../deployed-role';
import type { Decision, SimulatedOutcome, SimulatedRequest } from '../simulate';
import { TARGET } from '../template';
import { administratorOf, ANONYMOUS, COLLEAGUE, OTHER_ACCOUNT, RECORDING, VENDOR_ACCOUNT } from './callers';
import { type Allowed, bucketDecisionsOf, ELSEWHERE, keyDecisionsOf, LIST, NOTHING } from './role';

/** Restated from the variants' setting `backend`. */
const APPLICATION = 'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff';
const IDENTITY = '66666666-7777-4888-8999-aaaaaaaaaaaa';
const ANOTHER = '99999999-7777-4888-8999-aaaaaaaaaaaa';

/** Claims of a token; undefined for a missing claim. */
interface Claims {
  readonly aud?: string | undefined;
  readonly sub?: string | undefined;
}

const contextOf = (claims: Claims): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).flatMap(([claim, value]) =>
      typeof value === 'string' ? [[`${SIMULATED_ISSUER}:${claim}`, value]] : [],
    ),
  );

const providerIn = (account: string, issuer = ISSUER): string =>
  `arn:aws:iam::${account}:oidc-provider/${issuer}`;

/** Who may assume the reader role: one identity of one tenant, with a token for one application. */
function ciIdentityDecisions(reader: DeployedRole): Decision[] {
  const assume = (
    name: string,
    expected: SimulatedOutcome,
    claims: Claims,
    request: Partial<SimulatedRequest> = {},
  ): Decision => ({
    name: `reader's trust: ${name}`,
    expected,
    requests: [
      {
        principal: providerIn(TARGET.account),
        identity: [],
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: reader.arn,
        resourcePolicy: reader.trust,
        context: contextOf({ aud: `api://${APPLICATION}`, sub: IDENTITY, ...claims }),
        ...request,
      },
    ],
  });
  const refused = (name: string, claims: Claims, request: Partial<SimulatedRequest> = {}): Decision =>
    assume(name, 'denied', claims, request);
  return [
    assume('the backend', 'allowed', {}),
    assume("the backend, with the application's id as audience", 'allowed', { aud: APPLICATION }),

    refused('another audience', { aud: `api://${ANOTHER}` }),
    refused('the id of another application as audience', { aud: ANOTHER }),
    refused('an audience with more behind it', { aud: `api://${APPLICATION}/.default` }),
    refused('an audience in capitals', { aud: `API://${APPLICATION}` }),
    refused('the audience of Azure itself', { aud: 'https://management.azure.com' }),
    refused("another environment's identity", { sub: ANOTHER }),
    refused('an identity in capitals', { sub: IDENTITY.toUpperCase() }),
    refused('an identity whose id begins like ours', { sub: `${IDENTITY}0` }),
    ...(['aud', 'sub'] as const).flatMap((claim) => [
      refused(`without ${claim}`, { [claim]: undefined }),
      refused(`with an empty ${claim}`, { [claim]: '' }),
    ]),
    refused('without any claim', {}, { context: {} }),

    refused('another tenant', {}, { principal: providerIn(TARGET.account, `sts.windows.net/${ANOTHER}/`) }),
    refused('a v2 token', {}, { principal: providerIn(TARGET.account, 'login.microsoftonline.com/x/v2.0') }),
    refused('another issuer', {}, { principal: providerIn(TARGET.account, 'accounts.google.com') }),
    refused("another account's provider", {}, { principal: providerIn(OTHER_ACCOUNT) }),
    refused('an anonymous caller', {}, ANONYMOUS),
    refused('a colleague', {}, COLLEAGUE),
    ...[TARGET.account, OTHER_ACCOUNT, VENDOR_ACCOUNT].map((account) =>
      refused(
        `an administrator of ${account} by sts:AssumeRole`,
        {},
        { ...administratorOf(account), action: 'sts:AssumeRole', context: {} },
      ),
    ),
    ...['sts:TagSession', 'sts:SetSourceIdentity'].map((action) =>
      refused(`by ${action}`, {}, { action, context: {} }),
    ),
  ];
}

const READS: Allowed = {
  bucket: LIST,
  objects: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListMultipartUploadParts'],
};

/** The reader may list and get recordings and their hold copies, and nothing else. */
export function readerDecisions(
  deployed: DeployedPolicies,
  reader: DeployedRole,
  hasKey: boolean,
): Decision[] {
  const { bucketArn, bucketPolicy, holdsBucketArn, holdsBucketPolicy, logBucketArn, logBucketPolicy } =
    deployed;
  const of = bucketDecisionsOf.bind(undefined, 'reader', reader);
  return [
    ...ciIdentityDecisions(reader),
    ...of({ name: 'recordings', arn: bucketArn, key: RECORDING, policy: bucketPolicy }, READS),
    ...of(
      { name: 'holds', arn: holdsBucketArn, key: 'c1/1763900000000/v1', policy: holdsBucketPolicy },
      holdsBucketPolicy === undefined ? NOTHING : READS,
    ),
    ...of({ name: 'logs', arn: logBucketArn, key: 'recordings/x', policy: logBucketPolicy }, NOTHING),
    ...of(ELSEWHERE, NOTHING),
    ...keyDecisionsOf('reader', reader, deployed, hasKey ? ['kms:Decrypt'] : []),
  ];
}
