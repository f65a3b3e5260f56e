/** An element of this page's own HTML. */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`${location.pathname}: no ${type.name} with the id ${id} in the page's HTML.`);
}
