import { compactForm } from '../compact-form';
import { synthTrust, TRUST_VARIANT_NAMES } from './helpers';

/** Change detector, one entry a construct; what must hold is asserted in properties.ts and decisions/. */
describe.each(TRUST_VARIANT_NAMES)('%s', (variant) => {
  const { Resources } = synthTrust(variant);

  it.each(Object.keys(Resources))('%s', (id) => {
    const resource = Resources[id];
    expect(resource && compactForm(id, resource)).toMatchSnapshot();
  });
});
