import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { problem } from '../../../contract/problem';
import { resourcesTable } from '../report';

/** A change of one resource. */
export interface StackChange {
  readonly logicalId: string;
  readonly type: string;
  readonly effect: 'leaves' | 'made' | 'may-be-replaced' | 'replaced' | 'unknown' | 'updated';
  /** Properties that cause a replacement, if known. */
  readonly properties: readonly string[];
}

/** Types that may be replaced or removed: they are not AWS resources. */
const REPLACEABLE_TYPES: ReadonlySet<string> = new Set(['AWS::CDK::Metadata']);

const EFFECTS: Readonly<Record<string, StackChange['effect']>> = {
  Add: 'made',
  Import: 'made',
  Remove: 'leaves',
};

/** Only "False" means that the resource stays. The value may be missing or new. */
const MODIFICATIONS: Readonly<Record<string, StackChange['effect']>> = {
  False: 'updated',
  True: 'replaced',
  Conditional: 'may-be-replaced',
};

/**
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html (read 2026-11-25)
 */
export function changesOf(changeSet: readonly Change[]): StackChange[] {
  return changeSet.flatMap(({ ResourceChange: change }) => (change === undefined ? [] : [changeOf(change)]));
}

function changeOf(change: ResourceChange): StackChange {
  const { Action: action = '', Replacement: replacement = '', Details: details = [] } = change;
  const effect = (action === 'Modify' ? MODIFICATIONS[replacement] : EFFECTS[action]) ?? 'unknown';
  const causes = details.flatMap(({ Target: target }) =>
    target?.Name === undefined || target.RequiresRecreation === 'Never' ? [] : [target.Name],
  );
  return {
    logicalId: change.LogicalResourceId ?? 'a resource without a name',
    type: change.ResourceType ?? 'of unknown type',
    effect,
    properties: effect === 'made' || effect === 'updated' ? [] : [...new Set(causes)],
  };
}

const EFFECT_FAULTS: Readonly<Partial<Record<StackChange['effect'], string>>> = {
  leaves: 'would leave the stack',
  replaced: 'would be replaced by a new one',
  'may-be-replaced': 'may be replaced by a new one, which CloudFormation decides only at deployment',
  unknown: 'would change in an unknown way',
};

/**
 * Reasons against a deployment; empty when every resource stays.
 *
 * All types are protected, so that new ones are too. Buckets hold recordings and evidence, a bucket without its policy
 * accepts plain HTTP, without the key recordings are unreadable, and a new role has an ARN that Tavus does not know.
 * Resources that CloudFormation retains are no exception: recordings would go to a bucket that nothing refers to.
 */
export function destructiveChanges(stack: string, changes: readonly StackChange[]): string[] {
  return changes.flatMap(({ logicalId, type, effect, properties }) => {
    const sentence = EFFECT_FAULTS[effect];
    if (sentence === undefined || REPLACEABLE_TYPES.has(type)) return [];
    const because = properties.length === 0 ? 'no property named' : properties.join(', ');
    return [
      problem({
        name: `${stack} ${logicalId} (${type})`,
        wrong: sentence,
        got: `a change of ${because}`,
        why: 'Existing recordings would be abandoned, or new ones lost.',
        fix: 'Revert the change. If it is intended, deploy it manually.',
      }),
    ];
  });
}

/** For the summary. */
export const changesTable = (changes: readonly StackChange[]): string =>
  resourcesTable(
    'Effect',
    changes.map(({ logicalId, type, effect }) => [logicalId, type, effect]),
  );
