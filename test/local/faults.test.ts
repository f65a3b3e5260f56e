import { synthVariant } from '../infra-aws/helpers';
import { FAULTS, type Fault } from '../../local/faults';
import { withProperties, type Template } from '../../local/template';

// What each one does is seen by its own lines in the verdict: cloud/landing.local-test.ts.
test('each mistake in the template changes the role and nothing else', () => {
  const template = synthVariant('kms');
  const onlyRole = (changed: Template): unknown => withProperties(changed, 'AWS::IAM::Role', () => ({}));
  const all: readonly Fault[] = Object.values(FAULTS);
  for (const { inTemplate: change } of all) {
    if (change === undefined) continue;
    expect(change(template)).not.toEqual(template);
    expect(onlyRole(change(template))).toEqual(onlyRole(template));
  }
});
