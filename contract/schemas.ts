import * as z from 'zod';

/** Schemas for the texts of settings and of the Pulumi program's keys. Each message completes `<NAME>: `. */

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const logLevel = z.enum(LOG_LEVELS, { error: `is not one of ${LOG_LEVELS.join(', ')}` });

export const text = z.string();

export const boolean = z.stringbool({ error: 'is neither true nor false' });

/** A key of the vendor. It is sent in a header; text copied along with a key often has a blank. */
export const vendorKey = z
  .string()
  .regex(/^[\u0021-\u007E]+$/, 'is not a key: it has a blank, a line break or a non-ASCII character');

/** A secret that is sent in a header. Shorter ones could be guessed; `openssl rand -base64 32` prints 44 characters. */
export const headerSecret = z
  .string()
  .min(16, 'is shorter than 16 characters')
  .regex(/^[\u0020-\u007E]+$/, 'cannot be sent in a header: it has a line break or a non-ASCII character');

export const matching = (pattern: RegExp, otherwise: string): z.ZodType<string> =>
  z.string().regex(pattern, otherwise);

/** A whole number within bounds. */
export const integer = (least: number, most: number): z.ZodType<number> =>
  z
    .string()
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `is not a whole number from ${least} to ${most}`,
    })
    .transform(Number);

/** A number above 0, such as 0.5. */
export const positive = (most: number): z.ZodType<number> =>
  z
    .string()
    .refine((value) => /^\d{1,6}(?:\.\d{1,6})?$/.test(value) && Number(value) > 0 && Number(value) <= most, {
      error: `is not a number above 0 and at most ${most}`,
    })
    .transform(Number);

/** Whether an address is on this machine. */
export const isLoopback = ({ hostname }: URL): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** An https address, or an http address on this machine; `isWhole` checks path, query and fragment. */
const address = (isWhole: (url: URL, value: string) => boolean, otherwise: string): z.ZodType<string> =>
  z
    .string()
    .refine((value) => {
      if (!URL.canParse(value)) return false;
      const url = new URL(value);
      const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
      return isSafe && url.username === '' && url.password === '' && isWhole(url, value);
    }, otherwise)
    .transform((value) => value.replace(/(?<!\/)\/+$/, ''));

export const origin = address(
  (url) => url.href === `${url.origin}/`,
  'is not an origin such as https://recordings.example.com (http only on this machine, no path)',
);

export const apiUrl = address(
  (url) => url.search === '' && url.hash === '',
  'is not an https address (http only on this machine, no query)',
);

/** A comma-separated list; blanks around an item are ignored. */
const list = (isOne: (one: string) => boolean, otherwise: string): z.ZodType<readonly string[]> =>
  z
    .string()
    .transform((value) => value.split(',').map((one) => one.trim()))
    .refine((all) => all.every(isOne), otherwise);

const addressOrCidr = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** IP addresses and networks. `/0` is refused: it would include every address. */
export const networks = list(
  (one) => addressOrCidr.safeParse(one).success && !one.endsWith('/0'),
  'is not a comma-separated list of addresses or CIDRs such as 198.51.100.0/24',
);

/** `current` or `current,previous`. */
export const callbackSecrets = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.length <= 2 && parts.every((part) => part.length >= 16), {
    error: 'is not `current` or `current,previous` with at least 16 characters each',
  });

/** `2027-01,2027-03`. */
export const textVersions = z
  .string()
  .transform((value) => value.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => /^[\w.:-]{1,64}$/.test(part)), {
    error: 'is not a list such as 2027-01,2027-03 of versions with at most 64 letters, digits and . : _ -',
  })
  .refine((parts) => !parts.some((part) => /^\d{4}-\d\d-\d\dT00:00:00Z$/.test(part)), {
    error: 'has a date that YAML turned into a time: put it in quotes in the file',
  });

/** vCPUs that the Consumption profile of Container Apps accepts; memory is twice as many GiB. */
export const vcpus = z
  .string()
  .refine((value) => {
    const quarters = Number(value) * 4;
    return Number.isInteger(quarters) && quarters >= 1 && quarters <= 16;
  }, 'is not a number from 0.25 to 4 in steps of 0.25')
  .transform(Number);

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const guid = (otherwise: string): z.ZodType<string> => matching(GUID, otherwise);

/** Comma-separated GUIDs. */
export const guids = (otherwise: string): z.ZodType<readonly string[]> =>
  list((one) => GUID.test(one), otherwise);
