import { createHash } from 'node:crypto';

/** Resource group of everything that CI deploys for an environment: the main program's `resourceGroupName`. */
export const deploymentGroupName = (environment: string): string => `tavus-recordings-${environment}`;

/** Resource group of identities, state and key, which CI must not change. The two names are never equal. */
export const ciIdentityGroupName = (environment: string): string => `tavus-trust-${environment}`;

/** Hex digits, unique for an environment and subscription. */
const digest = (environment: string, subscriptionId: string): string =>
  createHash('sha256').update(`${subscriptionId}/${environment}`).digest('hex');

/**
 * Name of the storage account for the state: unique in all of Azure, 3 to 24 lower-case letters and digits
 * (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, read 2026-11-25).
 *
 * Computed, not random, so that the resources can be found even if this program's state is lost.
 */
export const accountName =
  (environment: string) =>
  (subscriptionId: string): string =>
    `tavusstate${digest(environment, subscriptionId).slice(0, 14)}`;

/** Name of the vault: 3 to 24 letters, digits and single hyphens, a letter first and no hyphen at the end. */
export const vaultName =
  (environment: string) =>
  (subscriptionId: string): string =>
    `tavus-state-${digest(environment, subscriptionId).slice(0, 12)}`;
