import { synthCiIdentity, CI_IDENTITY_VARIANT_NAMES } from './ci/helpers';
import { compactForm } from './compact-form';
import { synthVariant, VARIANT_NAMES } from './helpers';
import { synthIdentity } from './identity/helpers';

/** Resources in compact form, without those that equal a previous variant's. */
const forms = new Map<string, string>();

for (const [variant, { Resources }] of [
  ...VARIANT_NAMES.map((name) => [name, synthVariant(name)] as const),
  ...CI_IDENTITY_VARIANT_NAMES.map((name) => [name, synthCiIdentity(name)] as const),
  ['identity', synthIdentity()] as const,
]) {
  for (const [id, resource] of Object.entries(Resources)) {
    const form = compactForm(id, resource);
    if (!forms.has(form)) forms.set(form, variant);
  }
}

/** Detects changes; the requirements are in properties.ts and decisions/. */
it.each([...forms].map(([form, variant]) => [variant, form.split(':', 1)[0], form]))(
  '%s: %s',
  (_variant, _id, form) => {
    expect(form).toMatchSnapshot();
  },
);
