import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildApp } from './app';
import { readConfig } from './config';

/** A configuration with every route. The server never listens. */
const ANY_CONFIG: NodeJS.ProcessEnv = {
  TAVUS_API_KEY: 'none',
  TAVUS_REPLICA_ID: 'none',
  OPERATOR_KEY: 'none-of-16-letters',
  LOG_LEVEL: 'silent',
};

/** Routes whose body is optional. The library marks every body as required. */
const OPTIONAL_BODIES = ['/tavus/start', '/tavus/end/{conversation_id}'];

interface Documented {
  readonly paths: Readonly<
    Record<string, { readonly post?: { readonly requestBody?: { required?: boolean } } }>
  >;
}

/**
 * The HTTP API as OpenAPI 3.1, from the schemas that validate requests. For documentation and tests; the server does not
 * serve it. Run as a script, it writes docs/openapi.json.
 */
export async function openApiDocument(): Promise<object> {
  const { default: swagger } = await import('@fastify/swagger');
  const { jsonSchemaTransform, jsonSchemaTransformObject } = await import('fastify-type-provider-zod');
  const { app } = await buildApp(readConfig(ANY_CONFIG), {
    assetsDir: 'none',
    beforeRoutes: async (server) => {
      await server.register(swagger, {
        openapi: {
          openapi: '3.1.0',
          info: {
            title: 'Tavus recordings',
            version: '1',
            description:
              'Starts conversations that Tavus records into your own bucket, and reports the state of each recording.',
          },
        },
        transform: jsonSchemaTransform,
        transformObject: jsonSchemaTransformObject,
      });
    },
  });
  await app.ready();
  const document: Documented = JSON.parse(JSON.stringify(app.swagger()));
  await app.close();
  for (const route of OPTIONAL_BODIES) delete document.paths[route]?.post?.requestBody?.required;
  return document;
}

async function writeDocument(file: string): Promise<void> {
  const { format, resolveConfig } = await import('prettier');
  const text = JSON.stringify(await openApiDocument());
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

if (require.main === module) void writeDocument(path.join(__dirname, '..', 'docs', 'openapi.json'));
