import type { ChangedPath } from './changed-paths';
import type { ResourceChange } from './compare-resources';

const VARIABLE = /^template\/containers\/[^/]+\/env\/([^/]+)(\/.+)?$/;

const isContainerApp = ({ type }: ResourceChange): boolean => type === 'azure-native:app:ContainerApp';

/** The environment variables of a changed Container App, by name; what changes only inside one changes that one. */
export function changedVariables(change: ResourceChange): readonly ChangedPath[] {
  if (!isContainerApp(change)) return [];
  const found = change.paths.flatMap(({ path, how }): [string, ChangedPath['how']][] => {
    const [, name, inside] = VARIABLE.exec(path) ?? [];
    return name === undefined ? [] : [[name, inside === undefined ? how : 'changed']];
  });
  return [...new Map(found)].map(([path, how]) => ({ path, how }));
}

/** What else changes in a resource. */
export const otherPaths = (change: ResourceChange): readonly ChangedPath[] =>
  isContainerApp(change) ? change.paths.filter(({ path }) => !VARIABLE.test(path)) : change.paths;
