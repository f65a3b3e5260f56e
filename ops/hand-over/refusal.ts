/** Why nothing was written, in four parts. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
