import { fullDiff, mangleLikeCloudFormation, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import type { StackChange } from './judge-changes';

/** A CloudFormation template, as JSON. */
export type StackTemplate = Readonly<Record<string, unknown>>;

const EFFECTS: Readonly<Partial<Record<ResourceImpact, StackChange['effect']>>> = {
  [ResourceImpact.WILL_CREATE]: 'made',
  [ResourceImpact.WILL_IMPORT]: 'made',
  [ResourceImpact.WILL_UPDATE]: 'updated',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'may-be-replaced',
  [ResourceImpact.WILL_DESTROY]: 'leaves',
  [ResourceImpact.WILL_ORPHAN]: 'leaves',
};

/** To these the rest of the change is due. */
const REPLACING: ReadonlySet<ResourceImpact | undefined> = new Set([
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
]);

/** CloudFormation returns `?` for each non-ASCII character of a template. */
const asStored = (template: StackTemplate): Record<string, unknown> =>
  JSON.parse(mangleLikeCloudFormation(JSON.stringify(template)));

/** Changes between two templates, computed by the library of `cdk diff`. */
export function templateChanges(before: StackTemplate, after: StackTemplate): StackChange[] {
  const { resources } = fullDiff(asStored(before), asStored(after));
  return Object.entries(resources.changes).flatMap(([logicalId, change]): StackChange[] => {
    if (change.changeImpact === ResourceImpact.NO_CHANGE) return [];
    const effect = EFFECTS[change.changeImpact] ?? 'unknown';
    const causes = Object.entries(change.propertyUpdates)
      .filter(([, { changeImpact }]) => REPLACING.has(changeImpact))
      .map(([name]) => name);
    return [
      {
        logicalId,
        // `change.resourceType` throws when the type changes.
        type: change.oldResourceType ?? change.newResourceType ?? 'of unknown type',
        effect,
        properties: effect === 'replaced' || effect === 'may-be-replaced' ? causes : [],
      },
    ];
  });
}
