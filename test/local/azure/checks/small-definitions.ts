import { RESOURCE_TYPES } from '../../../../local/azure/checks/resource-types';
import { installedApiVersion } from '../../../../local/azure/checks/api-versions';

const ref = (index: number): { $ref: string } => ({ $ref: `#/${index}` });
const property = (index: number, flags = 0): { type: { $ref: string }; flags: number } => ({
  type: ref(index),
  flags,
});

/** One type of every kind that Azure's definitions know, made up for tests. */
const types = [
  { $type: 'ResourceType', name: 'Made.Up/things@2020-01-01', body: ref(1), readableScopes: 8 },
  {
    $type: 'ObjectType',
    name: 'Thing',
    properties: {
      name: property(3, 9),
      location: property(2, 1),
      id: property(2, 10),
      tags: property(4),
      properties: property(5),
    },
  },
  { $type: 'StringType' },
  { $type: 'StringType', minLength: 3, maxLength: 5, pattern: '^[a-z]+$' },
  { $type: 'ObjectType', name: 'Tags', properties: {}, additionalProperties: ref(2) },
  {
    $type: 'ObjectType',
    name: 'Settings',
    properties: {
      needed: property(2, 1),
      state: property(2, 2),
      short: property(3),
      atLeast: property(14),
      some: property(6),
      cpu: property(7),
      bounded: property(8),
      isOn: property(9),
      color: property(10),
      closed: property(16),
      mixed: property(17),
      words: property(11),
      criteria: property(12),
      anything: property(15),
    },
  },
  { $type: 'IntegerType' },
  { $type: 'IntegerType' },
  { $type: 'IntegerType', minValue: 1, maxValue: 9 },
  { $type: 'BooleanType' },
  { $type: 'UnionType', elements: [ref(18), ref(19), ref(2)] },
  { $type: 'ArrayType', itemType: ref(3) },
  {
    $type: 'DiscriminatedObjectType',
    name: 'Criteria',
    discriminator: 'odata.type',
    baseProperties: { base: property(2, 1) },
    elements: { Single: ref(13) },
  },
  {
    $type: 'ObjectType',
    name: 'Single',
    properties: { 'odata.type': property(20, 1), threshold: property(6, 1) },
  },
  { $type: 'StringType', minLength: 2 },
  { $type: 'AnyType' },
  { $type: 'UnionType', elements: [ref(18), ref(19)] },
  { $type: 'UnionType', elements: [ref(9), ref(8)] },
  { $type: 'StringLiteralType', value: 'Red' },
  { $type: 'StringLiteralType', value: 'Blue' },
  { $type: 'StringLiteralType', value: 'Single' },
];

/** A definitions file in which every type of ours has the same made-up definition, of the right version. */
export const smallDefinitions = (): { resources: Record<string, { version: string; types: unknown[] }> } => ({
  resources: Object.fromEntries(
    Object.keys(RESOURCE_TYPES).map((type) => [
      type,
      { arm: 'Made.Up/things', version: installedApiVersion(type), types },
    ]),
  ),
});
