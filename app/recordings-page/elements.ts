/** An element that the page's own HTML has. */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`recordings.html: no ${type.name} with the id ${id}.`);
}

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
