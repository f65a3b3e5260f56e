/** Note for operators of a backend without access to the bucket. `recordings prove` recognises it. */
export const NO_ACCESS_NOTE =
  'This backend cannot read the bucket: it only knows what Tavus announces, and cannot play recordings. Set RECORDINGS_ACCESS, see docs/settings.md.';

/** Beginning of the note for operators while the bucket cannot be read. `recordings prove` recognises it. */
export const UNREADABLE_NOTE = 'The bucket has been unreadable since';
