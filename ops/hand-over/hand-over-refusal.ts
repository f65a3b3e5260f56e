/** Why nothing was written, in four parts. */
export class HandOverRefusal extends Error {
  override readonly name = 'HandOverRefusal';
}
