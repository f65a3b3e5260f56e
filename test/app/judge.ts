import { validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodType } from 'zod';
import { toProblem } from '../../app/http/error-handler';
import type { ForeignMask } from '../../app/log/mask';

/** Validates a body as a route does, and formats the problems as a route does. */
export const judge = (schema: ZodType, mask: ForeignMask): ((body: unknown) => unknown) => {
  const validate = validatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' });
  return (body) => {
    const { error: validation }: { error?: unknown } = Object(validate(body));
    if (validation === undefined) return undefined;
    return toProblem(
      Object.assign(new Error('It is wrong.'), { validation, validationContext: 'body' }),
      mask,
    );
  };
};
