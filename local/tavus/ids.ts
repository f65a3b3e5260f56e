import { randomBytes, randomUUID } from 'node:crypto';

/** `c` and 15 hex digits. The vendor's documentation also shows shorter ids, so clients must not parse them. */
export function newConversationId(): string {
  return `c${randomBytes(8).toString('hex').slice(1)}`;
}

/** Daily's recording ids are UUIDs. */
export function newRecordingId(): string {
  return randomUUID();
}

/** A private room's token. It looks like a JWT, but is only compared. */
export function newMeetingToken(): string {
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url');
  const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  return `${header}.${part(48)}.${part(32)}`;
}

/** The API's time format: ISO 8601 in UTC with six decimals. */
export function isoMicros(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
