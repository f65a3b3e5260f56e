import type { ManagedIdentity } from './token-issuer';

/** Audiences of applications of the tenant's own; others are Azure's services. */
const OWN = 'api://';

/** The tenant's applications that tokens are asked for, each of which requires an assignment. */
export class Directory {
  private readonly assigned = new Map<string, Set<string>>();

  /** Makes the application of an audience; does nothing if it is there. */
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
   * Why an identity gets no token for an audience, as Entra words it.
   * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes (read 2026-11-28)
   */
  refusalOf({ clientId, principalId }: ManagedIdentity, audience: string): string | undefined {
    if (!audience.startsWith(OWN)) return undefined;
    const principals = this.assigned.get(audience);
    if (principals === undefined) {
      return `AADSTS500011: The resource principal named ${audience} was not found in the tenant.`;
    }
    if (principals.has(principalId)) return undefined;
    return `AADSTS501051: Application '${clientId}' is not assigned to a role for the application '${audience}'.`;
  }
}
