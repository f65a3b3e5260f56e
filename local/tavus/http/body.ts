import { z } from 'zod';
import { ApiError } from '../api-error';

/**
 * Reads the JSON body of one of the simulator's own routes. A missing body is read as `{}`.
 *
 * @throws ApiError 400 with the problem.
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
