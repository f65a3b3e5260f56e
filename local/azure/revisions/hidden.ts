/** A text with each of these values replaced by its length, plain and as it looks in JSON. */
export const hidden = (text: string, values: readonly string[]): string =>
  values
    .flatMap((value) =>
      [value, JSON.stringify(value).slice(1, -1)].map((form) => ({ form, length: value.length })),
    )
    .filter(({ form }) => form !== '')
    // One may be a part of another.
    .toSorted((a, b) => b.form.length - a.form.length)
    .reduce((rest, { form, length }) => rest.replaceAll(form, `(${length} characters)`), text);
