import { z } from 'zod';
import { ApiError } from '../api-error';

/**
 * A JSON body of one of the simulator's own routes; an absent one counts as `{}`.
 *
 * @throws ApiError 400 with what is wrong.
 */
export function readBody<T>(schema: z.ZodType<T>, text: string | undefined): T {
  let value: unknown;
  try {
    value = text === undefined || text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, { error: 'The request body is not valid JSON.' });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ApiError(400, { error: z.prettifyError(parsed.error) });
  return parsed.data;
}
