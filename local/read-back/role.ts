import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { isObject, listed, parseJson, textOf, type Json, type JsonObject } from '../json';
import { policyForm, policySummary, type Comparison } from './comparison';

/** What the role for Tavus should be: its resolved template properties. */
export interface ExpectedRole {
  readonly name: string;
  readonly properties: JsonObject;
}

/** IAM hands policies out URL-encoded. */
const decoded = (document: string | undefined): Json =>
  document === undefined ? null : parseJson(decodeURIComponent(document));

/** Every statement of every inline policy, as one document. */
function merged(documents: readonly Json[]): Json {
  const statements = documents.flatMap((document) => (isObject(document) ? listed(document.Statement) : []));
  return policyForm({ Version: '2012-10-17', Statement: statements });
}

/** Reads the role back through IAM's API, beside what the template asked for. */
export async function compareRole(iam: IAMClient, role: ExpectedRole): Promise<Comparison[]> {
  const [{ Role: found }, { PolicyNames: names = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName: role.name })),
    iam.send(new ListRolePoliciesCommand({ RoleName: role.name })),
  ]);
  const policies = await Promise.all(
    names.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName: role.name, PolicyName }))),
  );
  const expectedPolicies = listed(role.properties.Policies).map((policy) =>
    isObject(policy) ? (policy.PolicyDocument ?? null) : null,
  );
  return [
    {
      id: 'role-trust',
      checked: 'role: who may assume it, with which ExternalId',
      expected: policyForm(role.properties.AssumeRolePolicyDocument),
      found: policyForm(decoded(found?.AssumeRolePolicyDocument)),
      summary: trustSummary,
      enforcedBy: 'emulator',
    },
    {
      id: 'role-session',
      checked: 'role: longest session',
      expected: role.properties.MaxSessionDuration ?? null,
      found: found?.MaxSessionDuration ?? null,
      summary: (seconds) => `${textOf(seconds)} s`,
      enforcedBy: 'emulator',
    },
    {
      id: 'role-policy',
      checked: 'role: what it may do',
      expected: merged(expectedPolicies),
      found: merged(policies.map(({ PolicyDocument }) => decoded(PolicyDocument))),
      summary: policySummary,
      enforcedBy: 'emulator',
    },
  ];
}

function trustSummary(document: Json): string {
  const [statement] = isObject(document) ? listed(document.Statement).filter(isObject) : [];
  if (statement === undefined) return 'nobody';
  const principal = textOf(statement.Principal ?? null);
  const account = /\d{12}/.exec(principal)?.[0] ?? principal;
  const externalId = /"sts:ExternalId":"([^"]*)"/.exec(JSON.stringify(statement.Condition ?? null))?.[1];
  return `${account}, ${externalId === undefined ? 'any ExternalId' : `ExternalId ${externalId}`}`;
}
