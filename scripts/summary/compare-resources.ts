import { changedPaths, type ChangedPath } from './changed-paths';

/** A resource of either cloud, as it is declared. */
export interface Resource {
  readonly type: string;
  /** Logical id in CloudFormation, name in Pulumi. */
  readonly name: string;
  readonly declaration: unknown;
}

/** What a change does to one resource. */
export interface ResourceChange {
  readonly type: string;
  readonly name: string;
  readonly how: ChangedPath['how'];
  /** Of what changes in it; empty when it comes or goes as a whole. */
  readonly paths: readonly ChangedPath[];
}

const byAddress = (resources: readonly Resource[]): ReadonlyMap<string, Resource> =>
  new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));

/** What comes, goes and changes, by type and name. Another type under the old name is another resource. */
export function compareResources(
  before: readonly Resource[],
  after: readonly Resource[],
): readonly ResourceChange[] {
  const [old, next] = [byAddress(before), byAddress(after)];
  return [...new Set([...old.keys(), ...next.keys()])].toSorted().flatMap((address): ResourceChange[] => {
    const [was, is] = [old.get(address), next.get(address)];
    if (is === undefined) return was === undefined ? [] : [change(was, 'removed')];
    if (was === undefined) return [change(is, 'added')];
    const paths = changedPaths(was.declaration, is.declaration);
    return paths.length === 0 ? [] : [change(is, 'changed', paths)];
  });
}

const change = (
  { type, name }: Resource,
  how: ResourceChange['how'],
  paths: readonly ChangedPath[] = [],
): ResourceChange => ({ type, name, how, paths });
