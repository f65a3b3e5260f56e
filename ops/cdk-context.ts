import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { withoutByteOrderMark } from '../contract/text-encoding';

const CDK_JSON = z.object({ context: z.record(z.string(), z.unknown()) });

/** The context in a `cdk.json`; undefined when the file is missing or has another form. */
export function cdkContext(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return CDK_JSON.parse(JSON.parse(withoutByteOrderMark(readFileSync(file, 'utf8')))).context;
  } catch {
    return undefined;
  }
}
