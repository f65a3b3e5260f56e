import { randomBytes, randomUUID } from 'node:crypto';

/** `c` and 15 hex digits, 16 characters in all. The docs show 12 as well: clients must take it as opaque. */
export function newConversationId(): string {
  return `c${randomBytes(8).toString('hex').slice(1)}`;
}

/** Daily names its recordings by UUID. */
export function newRecordingId(): string {
  return randomUUID();
}

/** Looks like a JWT, as a private room's token does, and opens nothing but the room it was made for. */
export function newMeetingToken(): string {
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url');
  const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  return `${header}.${part(48)}.${part(32)}`;
}

/** The API's time format: ISO 8601 in UTC with six decimals. */
export function isoMicros(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
