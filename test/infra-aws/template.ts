import * as z from 'zod';

export type TemplateValue = z.output<ReturnType<typeof z.json>>;
export type TemplateObject = { [key: string]: TemplateValue };

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.json()).default({}),
  DeletionPolicy: z.string().exactOptional(),
  UpdateReplacePolicy: z.string().exactOptional(),
});

const template = z.looseObject({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.strictObject({ Value: z.json(), Description: z.string().exactOptional() })),
});

export type CfnResource = z.output<typeof resource>;
/** The used parts of a synthesized template. */
export type CfnTemplate = z.output<typeof template>;

export const parseTemplate = (json: unknown): CfnTemplate => template.parse(json);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), z.json())]).optional(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.json().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.json())).optional(),
});

const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statement),
});

export type PolicyDocument = z.output<typeof policyDocument>;
export type TemplateStatement = z.output<typeof statement>;

export const parsePolicy = (json: unknown): PolicyDocument => policyDocument.parse(json);

export const isObject = (value: unknown): value is TemplateObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Replacements of values that only a deployment knows. */
export const TARGET = { account: '111122223333', region: 'us-east-1' } as const;

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': TARGET.account,
  'AWS::Region': TARGET.region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;

/** A name as CloudFormation generates it: stack, resource, and twelve random characters. */
export const madeUpName = (id: string): string => `TavusRecordings-dev-${id}-1A2B3C4D5E6F`;

export const madeUpBucket = (id: string): string => madeUpName(id).toLowerCase();

export const roleArn = (name: string): string => `arn:aws:iam::${TARGET.account}:role/${name}`;

export const policyArn = (name: string): string => `arn:aws:iam::${TARGET.account}:policy/${name}`;

/** The template's name; without one, as in a mutant, CloudFormation would generate it. */
const nameIn = (properties: TemplateObject, property: string, id: string): string =>
  z.string().catch(madeUpName(id)).parse(properties[property]);

type Physical = Readonly<Record<'ref' | 'arn', string>>;

const both = (value: string): Physical => ({ ref: value, arn: value });

const PHYSICAL: Readonly<Record<string, (id: string, properties: TemplateObject) => Physical>> = {
  'AWS::S3::Bucket': (id) => ({ ref: madeUpBucket(id), arn: bucketArn(madeUpBucket(id)) }),
  'AWS::IAM::Role': (id) => ({ ref: madeUpName(id), arn: roleArn(madeUpName(id)) }),
  'AWS::IAM::ManagedPolicy': (id, properties) => both(policyArn(nameIn(properties, 'ManagedPolicyName', id))),
  'AWS::IAM::OIDCProvider': (id, properties) =>
    both(
      `arn:aws:iam::${TARGET.account}:oidc-provider/${nameIn(properties, 'Url', id).replace('https://', '')}`,
    ),
  'AWS::KMS::Key': (id) => ({ ref: id, arn: `arn:aws:kms:${TARGET.region}:${TARGET.account}:key/${id}` }),
};

/** Name and ARN of a deployed resource, as `Ref` and `Fn::GetAtt` return them. */
export function physical(resources: CfnTemplate['Resources'], id: string): Physical {
  const { Type, Properties } = resources[id] ?? { Type: '', Properties: {} };
  const make = PHYSICAL[Type];
  if (make === undefined) throw new Error(`${id}: no such resource, or its type has no physical name here`);
  return make(id, Properties);
}

/**
 * Replaces CloudFormation's functions by values.
 * @throws for an unknown function, because a decision about a half-resolved policy would be meaningless
 */
export function resolve(value: TemplateValue, resources: CfnTemplate['Resources']): TemplateValue {
  if (Array.isArray(value)) return value.map((item) => resolve(item, resources));
  if (!isObject(value)) return value;
  const [[name, argument] = ['', null], ...others] = Object.entries(value);
  if (others.length > 0 || (name !== 'Ref' && !name.startsWith('Fn::'))) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, resources)]));
  }
  return evaluate(name, argument, resources);
}

function evaluate(name: string, argument: TemplateValue, resources: CfnTemplate['Resources']): TemplateValue {
  if (name === 'Ref' && typeof argument === 'string')
    return PSEUDO[argument] ?? physical(resources, argument).ref;
  if (Array.isArray(argument)) {
    const [first, second] = argument;
    if (name === 'Fn::GetAtt' && typeof first === 'string' && second === 'Arn')
      return physical(resources, first).arn;
    if (name === 'Fn::Join' && typeof first === 'string' && Array.isArray(second)) {
      return second.map((part) => z.string().parse(resolve(part, resources))).join(first);
    }
  }
  throw new Error(`${name}: cannot be resolved, got ${JSON.stringify(argument)}`);
}
