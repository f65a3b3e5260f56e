import type { FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/**
 * Zod as the only compiler of schemas. As an option of the server, and not set on it afterwards, because only then are
 * the default ones not even loaded: about 80 ms of a start (measured 2026-11). Fastify types this option for JSON
 * Schema alone.
 */
export const zodCompilers = {
  buildValidator: () => validatorCompiler,
  buildSerializer: () => serializerCompiler,
} as unknown as Compilers;
