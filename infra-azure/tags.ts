/**
 * Tags of every resource: ours and the organisation's. The organisation's win. Azure compares names case-insensitively, so
 * `Environment` replaces our `environment`.
 */
export function resourceTags(
  environment: string,
  given: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const taken = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const own = Object.entries({ application: 'tavus-recordings', environment });
  return { ...Object.fromEntries(own.filter(([name]) => !taken.has(name))), ...given };
}
