import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { problem } from '../../../contract/problem';
import { resourcesTable } from '../report';

/** What would happen to one resource, in the words that the rest of the job uses. */
export interface StackChange {
  readonly logicalId: string;
  readonly type: string;
  readonly effect: 'leaves' | 'made' | 'may-be-replaced' | 'replaced' | 'unknown' | 'updated';
  /** Properties that are to blame for more than an update; none when nobody says. */
  readonly properties: readonly string[];
}

/** Names no resource of AWS's: it can be lost. */
const REPLACEABLE_TYPES: ReadonlySet<string> = new Set(['AWS::CDK::Metadata']);

const EFFECTS: Readonly<Record<string, StackChange['effect']>> = {
  Add: 'made',
  Import: 'made',
  Remove: 'leaves',
};

/** Only what says "False" is known to stay: CloudFormation leaves the word out, or adds others, as it likes. */
const MODIFICATIONS: Readonly<Record<string, StackChange['effect']>> = {
  False: 'updated',
  True: 'replaced',
  Conditional: 'may-be-replaced',
};

/**
 * What a change set would do.
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
  'may-be-replaced': 'may be replaced by a new one, CloudFormation cannot say before',
  unknown: 'would change in a way that nobody can judge',
};

/**
 * Why a deployment must not happen; none when every resource stays what it is.
 *
 * Everything in the stack is protected, not a list of types: buckets hold recordings and their evidence, a bucket without
 * its policy takes plain HTTP, without the key nobody can read, and another role is another ARN, which Tavus does not know
 * of. That CloudFormation would retain what leaves makes it no better: recordings go where nothing points to. A type that
 * somebody adds later is protected without anybody having to think of it.
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
        why: 'Recordings would be left behind, or nowhere to go.',
        fix: 'Take the change back; if it is meant, a person deploys it by hand.',
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
