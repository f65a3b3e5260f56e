import { synthTrust, TRUST_VARIANT_NAMES } from './ci/helpers';
import { compactForm } from './compact-form';
import { synthVariant, VARIANT_NAMES } from './helpers';

/** Change detector, one entry a construct and variant; what must hold is asserted in properties.ts and decisions/. */
describe.each([
  ...VARIANT_NAMES.map((variant) => [variant, synthVariant(variant)] as const),
  ...TRUST_VARIANT_NAMES.map((variant) => [variant, synthTrust(variant)] as const),
])('%s', (_, { Resources }) => {
  it.each(Object.keys(Resources))('%s', (id) => {
    const resource = Resources[id];
    expect(resource && compactForm(id, resource)).toMatchSnapshot();
  });
});
