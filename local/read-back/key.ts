import { GetKeyPolicyCommand, GetKeyRotationStatusCommand, type KMSClient } from '@aws-sdk/client-kms';
import { parseJson, type JsonObject } from '../json';
import { policyForm, policySummary, type Comparison } from './comparison';

/** Reads the customer key back through KMS's API, beside what the template asked for. */
export async function compareKey(
  kms: KMSClient,
  key: { readonly id: string; readonly properties: JsonObject },
): Promise<Comparison[]> {
  const [rotation, policy] = await Promise.all([
    kms.send(new GetKeyRotationStatusCommand({ KeyId: key.id })),
    kms.send(new GetKeyPolicyCommand({ KeyId: key.id, PolicyName: 'default' })),
  ]);
  return [
    {
      id: 'key-rotation',
      checked: 'key: yearly rotation',
      expected: key.properties.EnableKeyRotation ?? null,
      found: rotation.KeyRotationEnabled ?? null,
      summary: (on) => (on === true ? 'on' : 'off'),
      enforcedBy: 'nobody here',
    },
    {
      id: 'key-policy',
      checked: 'key: policy',
      expected: policyForm(key.properties.KeyPolicy),
      found: policyForm(policy.Policy === undefined ? null : parseJson(policy.Policy)),
      summary: policySummary,
      enforcedBy: 'emulator',
    },
  ];
}
