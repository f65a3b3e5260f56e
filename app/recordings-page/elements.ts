type Child = Node | string | undefined;

/** Makes an element. Words go in as text, so that nothing in them is read as markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

export const timeElement = (iso: string, words: string): HTMLTimeElement =>
  make('time', { datetime: iso }, words);
