import type { PlainObject } from '../wire';
import { armBody } from './arm-body';
import { bodyType, typeAt, type TypeDefinition } from './bicep-types';
import { conformanceProblems, type Standard } from './conformance';
import type { Definitions } from './load-definitions';
import { objectProblems } from './object-conformance';
import { isMissing, placeOf, within } from './place';
import type { Problem } from './problem';
import { formOf, type ResourceForm } from './resource-types';

const standardOf = (definition: TypeDefinition, form: ResourceForm, isStrict: boolean): Standard => ({
  definition,
  isStrict,
  inputNames: Object.fromEntries(Object.entries(form.renamed ?? {}).map(([input, arm]) => [arm, input])),
});

/** Names in the address against the form that Azure gives to a name of their type. */
function nameProblems(definitions: Definitions, form: ResourceForm, inputs: PlainObject): Problem[] {
  return Object.entries(form.names).flatMap(([input, type]) => {
    const definition = definitions.get(type);
    const place = within(placeOf(inputs), input);
    // Without a name the provider makes one up that fits.
    if (definition === undefined || isMissing(place)) return [];
    const name = bodyType(definition).properties['name'];
    if (name === undefined) return [];
    return conformanceProblems(place, typeAt(definition, name.type), standardOf(definition, form, true));
  });
}

/** The body's `properties` beside the rest, as the inputs of most types have them. */
function flatProblems(body: PlainObject, standard: Standard): Problem[] {
  const type = bodyType(standard.definition);
  const { properties: inner, ...outer } = type.properties;
  const { properties: given = {}, ...rest } = body;
  return [
    ...objectProblems(placeOf(rest), { ...type, properties: outer }, standard),
    // Without them in the definition every input that would go there is one that Azure doesn't know.
    ...(inner === undefined
      ? objectProblems(placeOf(given), { name: type.name, properties: {} }, standard)
      : conformanceProblems(placeOf(given), typeAt(standard.definition, inner.type), standard)),
  ];
}

/**
 * What in a resource's inputs contradicts Azure's own definitions, by the names of the inputs: missing, read-only or
 * unknown properties, wrong types, lengths, forms and bounds. With `isStrict` also words outside an open enum. Nothing
 * for a type that has no definition here.
 */
export function definitionProblems(
  definitions: Definitions,
  type: string,
  inputs: PlainObject,
  isStrict: boolean,
): Problem[] {
  const [definition, form] = [definitions.get(type), formOf(type)];
  if (definition === undefined || form === undefined) return [];
  const standard = standardOf(definition, form, isStrict);
  const body = armBody(type, inputs);
  const isFlat = !form.topLevel.includes('properties');
  return [
    ...nameProblems(definitions, form, inputs),
    ...(isFlat
      ? flatProblems(body, standard)
      : objectProblems(placeOf(body), bodyType(definition), standard)),
  ];
}
