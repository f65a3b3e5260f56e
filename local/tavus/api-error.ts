/** An error response of the API. `sentence` is the cause, which the real vendor does not report. */
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
