/** Whether an IAM pattern (`*` any characters, `?` one) matches the whole text. */
export function matches(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
}
