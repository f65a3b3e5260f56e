import type { WireObject } from './wire-object';
import { isWireObject } from './wire-object';

function keepOne(news: WireObject, olds: WireObject, [key, ...rest]: readonly string[]): WireObject {
  if (key === undefined) return news;
  const [next, old] = [news[key], olds[key]];
  if (rest.length > 0) {
    return isWireObject(next) && isWireObject(old) ? { ...news, [key]: keepOne(next, old, rest) } : news;
  }
  return { ...news, [key]: old };
}

/** The new inputs with the old values at these dotted paths; where there was none, there is none. */
export function keepIgnored(news: WireObject, olds: WireObject, paths: readonly string[]): WireObject {
  return paths.reduce((inputs, path) => keepOne(inputs, olds, path.split('.')), news);
}
