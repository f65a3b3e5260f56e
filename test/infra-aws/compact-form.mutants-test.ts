import { compactForm } from './compact-form';
import { synthVariant } from './helpers';
import { propertyMutants } from './mutants/property-mutants';
import { policyMutants } from './mutants/policy-mutants';
import type { CfnTemplate } from './template';

it('the snapshot shows every fault of a resource', () => {
  const template = synthVariant('kmsWithAll');
  const form = (mutated: CfnTemplate): string =>
    Object.entries(mutated.Resources)
      .map(([id, resource]) => compactForm(id, resource))
      .join('\n');
  const intact = form(template);
  const unseen = [...policyMutants(template), ...propertyMutants(template)].filter(
    ({ name, template: mutated }) => !name.startsWith('Outputs.') && form(mutated) === intact,
  );
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
