import { isList, UNKNOWN } from '../wire';
import { typeAt, type BicepType, type TypeDefinition, type TypeOf } from './bicep-types';
import { items, type Place } from './place';
import { demand, problem, type Problem, type Words } from './problem';
import { discriminatedProblems, objectProblems } from './object-conformance';

/** What values are held against. */
export interface Standard {
  readonly definition: TypeDefinition;
  /** Whether a word outside an enum that Azure leaves open counts as a problem. */
  readonly isStrict: boolean;
  /** What the inputs call a property that has another name in ARM. */
  readonly inputNames: Readonly<Record<string, string>>;
}

/** The definitions have no type for fractions and call these integers. Which they are is our own list. */
const FRACTIONS = new Set(['cpu', 'gpu', 'threshold', 'dailyQuotaGb']);

const wanted = (what: string): Words => ({
  wrong: `is not ${what}`,
  why: "Azure's definition of the resource says so and refuses anything else",
  fix: `Give ${what}`,
});

const text = (value: unknown): value is string => typeof value === 'string';

function stringProblems(
  place: Place,
  { minLength = 0, maxLength = Infinity, pattern }: TypeOf<'StringType'>,
): Problem[] {
  if (!text(place.value)) return demand(place, text, wanted('a text'));
  const { length } = place.value;
  if (length < minLength || length > maxLength) {
    const bounds = maxLength === Infinity ? `at least ${minLength}` : `${minLength} to ${maxLength}`;
    return [problem(place, wanted(`a text of ${bounds} characters`))];
  }
  if (pattern === undefined || new RegExp(pattern).test(place.value)) return [];
  return [problem(place, wanted(`a text of the form ${pattern}`))];
}

function integerProblems(place: Place, { minValue, maxValue }: TypeOf<'IntegerType'>): Problem[] {
  const isFraction = FRACTIONS.has(String(place.path.at(-1)));
  const bounds = [
    ...(minValue === undefined ? [] : [`from ${minValue}`]),
    ...(maxValue === undefined ? [] : [`to ${maxValue}`]),
  ];
  const kind = isFraction ? 'a number' : 'a whole number';
  return demand(
    place,
    (value) =>
      typeof value === 'number' &&
      (isFraction ? Number.isFinite(value) : Number.isInteger(value)) &&
      value >= (minValue ?? -Infinity) &&
      value <= (maxValue ?? Infinity),
    wanted([kind, ...bounds].join(' ')),
  );
}

/** A union of words is an enum; with plain text among them Azure may know more words than its definition. */
function unionProblems(place: Place, { elements }: TypeOf<'UnionType'>, standard: Standard): Problem[] {
  const types = elements.map((at) => typeAt(standard.definition, at));
  const fits = (type: BicepType): boolean => conformanceProblems(place, type, standard).length === 0;
  const words = types.flatMap((type) => (type.$type === 'StringLiteralType' ? [type.value] : []));
  const others = types.filter(({ $type }) => $type !== 'StringLiteralType');
  if (text(place.value) && words.includes(place.value)) return [];
  const isEnum = words.length > 0 && others.every(({ $type }) => $type === 'StringType');
  if (!isEnum) return types.some(fits) ? [] : [problem(place, wanted('any of the kinds of value it may be'))];
  const closed = wanted(`one of ${words.join(', ')}`);
  if (others.length === 0 || !text(place.value)) return [problem(place, closed)];
  if (!standard.isStrict) return others.some(fits) ? [] : [problem(place, closed)];
  return [
    problem(place, {
      wrong: `is none of ${words.join(', ')} (open enum)`,
      why: "Azure's definition leaves room for words to come, but a misspelled one is far more likely",
      fix: 'Spell it like one of them',
    }),
  ];
}

/** What in a value contradicts a type of Azure's definitions; nothing where the value is unknown. */
export function conformanceProblems(place: Place, type: BicepType, standard: Standard): Problem[] {
  if (place.value === UNKNOWN) return [];
  switch (type.$type) {
    case 'BooleanType':
      return demand(place, (value) => typeof value === 'boolean', wanted('true or false'));
    case 'StringLiteralType':
      return demand(place, (value) => value === type.value, wanted(type.value));
    case 'StringType':
      return stringProblems(place, type);
    case 'IntegerType':
      return integerProblems(place, type);
    case 'UnionType':
      return unionProblems(place, type, standard);
    case 'ArrayType': {
      if (!isList(place.value)) return [problem(place, wanted('a list'))];
      const itemType = typeAt(standard.definition, type.itemType);
      return items(place).flatMap((item) => conformanceProblems(item, itemType, standard));
    }
    case 'ObjectType':
      return objectProblems(place, type, standard);
    case 'DiscriminatedObjectType':
      return discriminatedProblems(place, type, standard);
    default:
      // Any value fits AnyType; a resource stands in no body.
      return [];
  }
}
