import { makeCallbackToken } from './tokens';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SECRET } from './helpers';
import type { Random } from './random';

export interface FuzzRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** An existing conversation, so that some requests succeed. */
export interface KnownValues {
  readonly id: string;
  readonly token: string;
  readonly startId: string;
  readonly nowMs: number;
}

type Schema = {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
};

/** A value that usually matches the schema. */
function valueFor(schema: Schema, random: Random): unknown {
  if (random.chance(0.06)) return random.json();
  if (schema.enum !== undefined) return schema.enum[random.below(schema.enum.length)];
  if (schema.anyOf !== undefined) return valueFor(schema.anyOf[0] ?? {}, random);
  if (schema.format === 'date-time') return new Date(random.below(2e9) * 1000).toISOString();
  if (schema.type === 'boolean') return random.chance(0.5);
  if (schema.type === 'string') return random.chance(0.7) ? 'en' : random.text(200);
  if (schema.type !== 'object') return random.json();
  const all = Object.entries(schema.properties ?? {});
  const some = all.filter(() => random.chance(0.8));
  const extra = random.chance(0.05) ? [[random.text(5), random.json()] as const] : [];
  return Object.fromEntries([...some.map(([name, one]) => [name, valueFor(one, random)] as const), ...extra]);
}

interface Operation {
  readonly method: 'GET' | 'POST';
  readonly route: string;
  readonly schema: Schema | undefined;
}

interface Documented {
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

const PATHS: Record<string, { get?: Documented; post?: Documented }> = JSON.parse(
  readFileSync(path.join(__dirname, '..', '..', 'docs', 'openapi.json'), 'utf8'),
).paths;

const OPERATIONS = Object.entries(PATHS).flatMap(([route, { get, post }]): Operation[] => [
  ...(get === undefined ? [] : [{ method: 'GET' as const, route, schema: undefined }]),
  ...(post === undefined
    ? []
    : [{ method: 'POST' as const, route, schema: post.requestBody?.content['application/json'].schema }]),
]);

/** Any value that a header can have. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');

/** As part of a URL; half a surrogate pair cannot be encoded. */
const inPath = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** One request to one of the documented routes. */
export function fuzzRequest(random: Random, known: KnownValues): FuzzRequest {
  const { method, route, schema } = random.pick(OPERATIONS);
  const isKnown = random.chance(0.6);
  const startId = isKnown ? known.startId : random.text(40);
  const token = isKnown ? makeCallbackToken(SECRET, known.startId, known.nowMs, 3600) : random.text(60);
  const address = route
    .replace('{conversation_id}', isKnown ? known.id : inPath(random.text(60)))
    .replace('{start_id}', inPath(startId))
    .replace('{token}', inPath(token))
    .replace('{*}', 'x');
  const headers: Record<string, string> = {
    'x-page-token': isKnown ? known.token : printable(random.text(40)),
  };
  if (random.chance(0.1)) headers['idempotency-key'] = printable(random.text(150));
  if (random.chance(0.05)) headers['sec-fetch-site'] = random.pick(['same-origin', 'cross-site', '?']);
  if (random.chance(0.05)) headers['origin'] = printable(random.text(30));
  if (method === 'GET') return { method, path: address, headers, body: undefined };
  const value = schema === undefined ? random.json() : valueFor(schema, random);
  const body = random.chance(0.05) ? random.text(20_000) : JSON.stringify(withKnown(value, known, random));
  headers['content-type'] = random.chance(0.95)
    ? 'application/json'
    : random.pick(['text/plain', 'a/b', '/']);
  return { method, path: address, headers, body };
}

/** Most callbacks are about the existing conversation. */
function withKnown(value: unknown, known: KnownValues, random: Random): unknown {
  if (typeof value !== 'object' || value === null || !('conversation_id' in value)) return value;
  return random.chance(0.8) ? { ...value, conversation_id: known.id } : value;
}
