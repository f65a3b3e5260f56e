import { compactForm } from './compact-form';
import { synthVariant, VARIANT_NAMES } from './helpers';

/** Change detector, one entry a construct and variant; what must hold is asserted in properties.ts and decisions/. */
describe.each(VARIANT_NAMES)('%s', (variant) => {
  const { Resources } = synthVariant(variant);

  it.each(Object.keys(Resources))('%s', (id) => {
    const resource = Resources[id];
    expect(resource && compactForm(id, resource)).toMatchSnapshot();
  });
});
