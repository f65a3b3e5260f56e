import { synthVariant } from '../infra-aws/helpers';
import { FAULTS, type LaptopFault } from '../../local/faults';
import { withProperties, type Template } from '../../local/template';

// The effects of each fault: cloud/faults.local-test.ts.
test('each fault in the template changes the role and nothing else', () => {
  const template = synthVariant('kms');
  const onlyRole = (changed: Template): unknown => withProperties(changed, 'AWS::IAM::Role', () => ({}));
  const all: readonly LaptopFault[] = Object.values(FAULTS);
  for (const { inTemplate: change } of all) {
    if (change === undefined) continue;
    expect(change(template)).not.toEqual(template);
    expect(onlyRole(change(template))).toEqual(onlyRole(template));
  }
});
