/** The type of the root resource, which each program has. */
export const STACK_TYPE = 'pulumi:pulumi:Stack';

/** `<parent's types>$<type>`; the stack adds nothing to its children's. */
function qualifiedType(parent: string, type: string): string {
  const parentType = parent.split('::')[2] ?? '';
  return parentType === '' || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
}

/** The name of a resource that is unique in its stack, built as the Pulumi engine builds it. */
export function urnOf(
  program: { readonly project: string; readonly stack: string },
  resource: { readonly parent: string; readonly type: string; readonly name: string },
): string {
  const type = qualifiedType(resource.parent, resource.type);
  return `urn:pulumi:${program.stack}::${program.project}::${type}::${resource.name}`;
}
