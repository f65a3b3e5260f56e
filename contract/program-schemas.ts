import * as z from 'zod';
import { accountId, region } from './aws-values';
import type { ProgramKey } from './program-keys';

const text = (pattern: RegExp, otherwise: string): z.ZodType<string> => z.string().regex(pattern, otherwise);

/** vCPUs that the Consumption profile runs; memory is twice as many GiB. */
const isVcpus = (value: string): boolean => {
  const quarters = Number(value) * 4;
  return Number.isInteger(quarters) && quarters >= 1 && quarters <= 16;
};

const isWithin = (least: number, most: number): ((value: string) => boolean) => {
  return (value) => /^\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most;
};

/** How the text of each key of the program's own is read. Names as Azure takes them (learn.microsoft.com, read 2026-11-22). */
export const PROGRAM_SCHEMAS = {
  location: text(/^[a-z]+\d?$/, 'is not the name of an Azure region such as westeurope'),
  resourceGroupName: text(
    /^[-\w.()]{0,89}[-\w()]$/,
    'is not the name of a resource group: 1 to 90 letters, digits, - _ . ( ), no dot at the end',
  ),
  appName: text(
    /^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
    'is not the name of a Container App: 2 to 32 lower-case letters, digits and single hyphens, a letter first',
  ),
  image: text(
    /^[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+@sha256:[0-9a-f]{64}$/,
    'is not an image by digest (registry/repository@sha256:<64 hex digits>)',
  ),
  cpu: z.string().refine(isVcpus, 'is not a number from 0.25 to 4 in steps of 0.25').transform(Number),
  handOverFile: z.string(),
  awsAccount: accountId,
  awsRegion: region,
  easyAuthClientId: text(
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'is not the client id of an app registration (a GUID)',
  ),
  alertEmail: text(/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/, 'is not one e-mail address'),
  logRetentionDays: z
    .string()
    .refine(isWithin(30, 730), 'is not a whole number from 30 to 730')
    .transform(Number),
  protectData: z.stringbool({ error: 'is neither true nor false' }),
} satisfies Readonly<Record<ProgramKey, z.ZodType>>;

/** What each key's text becomes; undefined when it is not set. */
export type ProgramValues = {
  readonly [Key in ProgramKey]: z.output<(typeof PROGRAM_SCHEMAS)[Key]> | undefined;
};
