import { isObject, UNKNOWN } from '../wire';
import { isReadOnly, isRequired, typeAt, type Property, type TypeOf } from './bicep-types';
import { conformanceProblems, type Standard } from './conformance';
import { isMissing, propertyName, within, type Place } from './place';
import { problem, reasonOf, type Problem } from './problem';
import { shown } from './shown';

type Properties = Readonly<Record<string, Property>>;
type Shape = Pick<TypeOf<'ObjectType'>, 'name' | 'properties' | 'additionalProperties'>;

const notAnObject = (place: Place, name: string): Problem =>
  problem(place, {
    wrong: `is no object of the kind ${name}`,
    why: "Azure's definition of the resource says so and refuses anything else",
    fix: 'Give an object',
  });

/** A known property's place, under the name that the program wrote. */
const asInput = (place: Place, name: string, { inputNames }: Standard): Place => ({
  ...within(place, name),
  path: [...place.path, inputNames[name] ?? name],
});

function propertyProblems(place: Place, property: Property, standard: Standard): Problem[] {
  if (isMissing(place)) {
    if (!isRequired(property)) return [];
    const why = 'Azure refuses the resource without it';
    return [problem(place, { wrong: 'is missing', why, fix: 'Give it' })];
  }
  if (isReadOnly(property)) {
    return [
      problem(place, {
        wrong: 'can only be read',
        why: 'Azure sets it and ignores or refuses what we say',
        fix: 'Leave it out',
      }),
    ];
  }
  return conformanceProblems(place, typeAt(standard.definition, property.type), standard);
}

/** Its value is hidden like a secret's: a misspelled name may well stand before one. */
function strangerProblem(place: Place, name: string, known: Properties): Problem {
  const writable = Object.entries(known).flatMap(([key, property]) => (isReadOnly(property) ? [] : [key]));
  const words = {
    wrong: `is no property of ${name}`,
    why: 'Azure refuses it or ignores it without a word',
    fix:
      writable.length === 0 ? 'Leave it out' : `Leave it out, or spell it like one of ${writable.join(', ')}`,
  };
  return { property: propertyName(place.path), reason: reasonOf(words, shown('value', place.value)) };
}

/** An object's properties against their types: what is missing, read-only, of another type, or unknown to Azure. */
export function objectProblems(place: Place, shape: Shape, standard: Standard): Problem[] {
  const { value } = place;
  if (value === UNKNOWN) return [];
  if (!isObject(value)) return [notAnObject(place, shape.name)];
  const { properties, additionalProperties: additional } = shape;
  const known = Object.entries(properties).flatMap(([name, property]) =>
    propertyProblems(asInput(place, name, standard), property, standard),
  );
  const strangers = Object.keys(value)
    .filter((name) => !Object.hasOwn(properties, name))
    .map((name) => within(place, name))
    .filter((stranger) => !isMissing(stranger))
    .flatMap((stranger) =>
      additional === undefined
        ? [strangerProblem(stranger, shape.name, properties)]
        : conformanceProblems(stranger, typeAt(standard.definition, additional), standard),
    );
  return [...known, ...strangers];
}

/** An object of several kinds, told apart by one of its properties. */
export function discriminatedProblems(
  place: Place,
  type: TypeOf<'DiscriminatedObjectType'>,
  standard: Standard,
): Problem[] {
  if (!isObject(place.value)) return [notAnObject(place, type.name)];
  const kind = asInput(place, type.discriminator, standard);
  if (kind.value === UNKNOWN) return [];
  const kinds = Object.keys(type.elements);
  const at =
    typeof kind.value === 'string' && kinds.includes(kind.value) ? type.elements[kind.value] : undefined;
  if (at === undefined) {
    return [
      problem(kind, {
        wrong: `is none of ${kinds.join(', ')}`,
        why: `Azure could not tell which kind of ${type.name} is meant`,
        fix: 'Give one of them',
      }),
    ];
  }
  const element = typeAt(standard.definition, at);
  if (element.$type !== 'ObjectType') return conformanceProblems(place, element, standard);
  return objectProblems(
    place,
    { ...element, properties: { ...type.baseProperties, ...element.properties } },
    standard,
  );
}
