/** An answer of the vendor's API other than success. `sentence`: the cause that the vendor keeps to itself. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, string>>,
    readonly sentence?: string,
  ) {
    super(Object.values(body).join(' '));
    this.name = 'ApiError';
  }
}
