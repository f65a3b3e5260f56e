import type { ManagedIdentity } from './token-issuer';

/** Prefix of the audiences of the tenant's applications. Other audiences are services of Azure. */
const APPLICATION_PREFIX = 'api://';

/** The tenant's applications. An identity gets tokens only for those that it is assigned to. */
export class Directory {
  private readonly assigned = new Map<string, Set<string>>();

  /** Creates the application with this audience; does nothing if it exists. */
  addApplication(audience: string): void {
    if (!this.assigned.has(audience)) this.assigned.set(audience, new Set());
  }

  /** Assigns an identity to an application. */
  assign(audience: string, { principalId }: Pick<ManagedIdentity, 'principalId'>): void {
    const principals = this.assigned.get(audience);
    if (principals === undefined) throw new Error(`${audience}: no application has this audience.`);
    principals.add(principalId);
  }

  /**
   * Entra's error for an identity that gets no token for an audience; undefined if it gets one.
   * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes (read 2026-11-28)
   */
  refusalOf({ clientId, principalId }: ManagedIdentity, audience: string): string | undefined {
    if (!audience.startsWith(APPLICATION_PREFIX)) return undefined;
    const principals = this.assigned.get(audience);
    if (principals === undefined) {
      return `AADSTS500011: The resource principal named ${audience} was not found in the tenant.`;
    }
    if (principals.has(principalId)) return undefined;
    return `AADSTS501051: Application '${clientId}' is not assigned to a role for the application '${audience}'.`;
  }
}
