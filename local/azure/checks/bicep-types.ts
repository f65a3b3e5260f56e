import * as z from 'zod';

/** `#/12` in the file: the twelfth type of the same resource. */
const reference = z
  .object({ $ref: z.string().regex(/^#\/\d+$/) })
  .transform(({ $ref }) => Number($ref.slice('#/'.length)));

const property = z.object({ type: reference, flags: z.int() });
const properties = z.record(z.string(), property);

/** Flags of a property; further bits say nothing about inputs. */
const REQUIRED = 1;
const READ_ONLY = 2;
const DEPLOY_TIME_CONSTANT = 8;

export type Property = z.infer<typeof property>;

export const isReadOnly = ({ flags }: Property): boolean => (flags & READ_ONLY) !== 0;

/** Whether the body must have it: a name that is part of the address is required elsewhere. */
export const isRequired = ({ flags }: Property): boolean =>
  (flags & REQUIRED) !== 0 && (flags & (READ_ONLY | DEPLOY_TIME_CONSTANT)) === 0;

const bicepType = z.discriminatedUnion('$type', [
  z.object({ $type: z.literal('AnyType') }),
  z.object({ $type: z.literal('BooleanType') }),
  z.object({ $type: z.literal('StringLiteralType'), value: z.string() }),
  z.object({
    $type: z.literal('StringType'),
    minLength: z.int().optional(),
    maxLength: z.int().optional(),
    pattern: z.string().optional(),
  }),
  z.object({
    $type: z.literal('IntegerType'),
    minValue: z.number().optional(),
    maxValue: z.number().optional(),
  }),
  z.object({ $type: z.literal('ArrayType'), itemType: reference }),
  z.object({ $type: z.literal('UnionType'), elements: z.array(reference) }),
  z.object({
    $type: z.literal('ObjectType'),
    name: z.string(),
    properties,
    additionalProperties: reference.optional(),
  }),
  z.object({
    $type: z.literal('DiscriminatedObjectType'),
    name: z.string(),
    discriminator: z.string(),
    baseProperties: properties,
    elements: z.record(z.string(), reference),
  }),
  z.object({ $type: z.literal('ResourceType'), body: reference }),
]);

/** One type of Azure's definitions. */
export type BicepType = z.infer<typeof bicepType>;
export type TypeOf<Kind extends BicepType['$type']> = Extract<BicepType, { $type: Kind }>;

/** What a definitions file says of one resource type; the first of its types is the resource. */
export const typeDefinition = z.object({
  arm: z.string(),
  version: z.string(),
  types: z.array(bicepType),
});
export type TypeDefinition = z.infer<typeof typeDefinition>;

/**
 * The type behind a reference.
 * @throws when it leads nowhere: the file is damaged, and what it says about inputs is worth nothing.
 */
export function typeAt({ arm, types }: TypeDefinition, at: number): BicepType {
  const type = types[at];
  if (type !== undefined) return type;
  throw new Error(
    `definitions of ${arm}: the reference #/${at} leads nowhere, got ${types.length} types. Inputs could not be checked. Make the file anew.`,
  );
}

/**
 * The body of the resource itself.
 * @throws when the file does not begin with a resource whose body is an object.
 */
export function bodyType(definition: TypeDefinition): TypeOf<'ObjectType'> {
  const resource = typeAt(definition, 0);
  const body = resource.$type === 'ResourceType' ? typeAt(definition, resource.body) : resource;
  if (body.$type === 'ObjectType') return body;
  throw new Error(
    `definitions of ${definition.arm}: no resource with an object as its body, got ${body.$type}. Inputs could not be checked. Make the file anew.`,
  );
}
