import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';
import { fromStruct } from './sdk';
import type { Registration } from './state';
import { urnOf } from './urn';

/** Reads what the program asks for. */
export function readRegistration(
  program: { readonly project: string; readonly stack: string },
  request: RegisterResourceRequest,
): Registration {
  const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
  const deletedWith = request.getDeletedwith();
  return {
    urn: urnOf(program, { type, name, parent }),
    type,
    name,
    ...(parent === '' ? {} : { parent }),
    custom: request.getCustom(),
    inputs: fromStruct(request.getObject()),
    dependencies: request.getDependenciesList().toSorted(),
    propertyDependencies: propertyDependencies(request),
    protect: request.getProtect() ?? false,
    ...(deletedWith === '' ? {} : { deletedWith }),
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: request.getAliasurnsList(),
  };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, readonly string[]> {
  const entries: [string, string[]][] = [];
  request.getPropertydependenciesMap().forEach((list, property) => {
    const urns = list.getUrnsList();
    if (urns.length > 0) entries.push([property, urns.toSorted()]);
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Options that would change what happens, and that this engine does not know: silence would be a false "it works". */
export function unknownOptions(request: RegisterResourceRequest): string[] {
  return [
    ...(request.getRemote() ? ['a component from another package'] : []),
    ...(request.getImportid() === '' ? [] : ['import']),
    ...(request.getReplaceonchangesList().length === 0 ? [] : ['replaceOnChanges']),
    ...(request.getProvider() === '' ? [] : ['provider']),
    ...request
      .getIgnorechangesList()
      .filter((path) => /[[*]/.test(path))
      .map((path) => `ignoreChanges of ${path}`),
  ];
}
