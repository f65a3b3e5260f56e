import { OTHER_ACCOUNT } from '../../decisions/callers';
import type { Decision, SimulatedOutcome } from '../../simulate';
import { roleArn, TARGET } from '../../template';
import type { DeployedRole } from '../../deployed-role';
import { ACCOUNT_TRUST } from './standing-policies';

interface Place {
  readonly qualifier?: string;
  readonly account?: string;
  readonly region?: string;
}

const bootstrapRole = (
  role: string,
  { qualifier = 'tavusrec', account = TARGET.account, region = TARGET.region }: Place = {},
): string => `arn:aws:iam::${account}:role/cdk-${qualifier}-${role}-role-${account}-${region}`;

const ELSEWHERE = [
  {
    action: 'cloudformation:CreateStack',
    resource: `arn:aws:cloudformation:${TARGET.region}:${TARGET.account}:stack/x/1`,
  },
  { action: 'iam:CreateRole', resource: roleArn('x') },
  { action: 'iam:PassRole', resource: bootstrapRole('cfn-exec') },
  { action: 's3:GetObject', resource: 'arn:aws:s3:::tavusrecordings-dev-x/y' },
  { action: 's3:PutBucketPolicy', resource: 'arn:aws:s3:::tavusrecordings-dev-x' },
];

/**
 * Rights of a job's role: assume these roles of the bootstrap, and nothing else.
 *
 * @param allowed parts of the names of the roles that it may assume
 */
export function jobDecisions(name: string, role: DeployedRole, allowed: readonly string[]): Decision[] {
  const caller = { principal: role.arn, identity: role.policies };
  const become = (
    what: string,
    expected: SimulatedOutcome,
    resource: string,
    action = 'sts:AssumeRole',
  ): Decision => ({
    name: `${name}: ${what}`,
    expected,
    requests: [{ ...caller, action, resource, resourcePolicy: ACCOUNT_TRUST, context: {} }],
  });
  const parts = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];
  return [
    ...parts.flatMap((part) => [
      become(`become ${part}`, allowed.includes(part) ? 'allowed' : 'denied', bootstrapRole(part)),
      become(
        `become ${part} of CDK's own bootstrap`,
        'denied',
        bootstrapRole(part, { qualifier: 'hnb659fds' }),
      ),
      become(
        `become ${part} of another bootstrap`,
        'denied',
        bootstrapRole(part, { qualifier: 'tavusrec2' }),
      ),
      become(`become ${part} in another account`, 'denied', bootstrapRole(part, { account: OTHER_ACCOUNT })),
      become(`become ${part} in another region`, 'denied', bootstrapRole(part, { region: 'eu-west-1' })),
      become(`tag a session of ${part}`, 'denied', bootstrapRole(part), 'sts:TagSession'),
    ]),
    become('become the execution role', 'denied', bootstrapRole('cfn-exec')),
    become('become an administrator', 'denied', roleArn('administrator')),
    become('become the role for Tavus', 'denied', roleArn('TavusRecordings-dev-TavusRole-1')),
    become('become itself', 'denied', role.arn),
    ...ELSEWHERE.map((request) => ({
      name: `${name}: ${request.action}`,
      expected: 'denied' as const,
      requests: [{ ...caller, ...request, resourcePolicy: undefined, context: {} }],
    })),
  ];
}
