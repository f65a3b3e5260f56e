import { createHash } from 'node:crypto';

/** Resource group of all that an environment's deployments make: the main program's `resourceGroupName`. */
export const deploymentGroupName = (environment: string): string => `tavus-recordings-${environment}`;

/** Resource group of what deployments rely on and must not change. No environment's name makes the two equal. */
export const trustGroupName = (environment: string): string => `tavus-trust-${environment}`;

/** Hex digits that are the same each time, and others for every environment of every subscription. */
const digest = (environment: string, subscriptionId: string): string =>
  createHash('sha256').update(`${subscriptionId}/${environment}`).digest('hex');

/**
 * Makes of a subscription's id the name of the account that holds the state: one for all of Azure, 3 to 24 lower-case
 * letters and digits (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules, read 2026-11-25).
 *
 * Computed and not random, so that whoever lost the state of this program finds what it made.
 */
export const accountName =
  (environment: string) =>
  (subscriptionId: string): string =>
    `tavusstate${digest(environment, subscriptionId).slice(0, 14)}`;

/** The same for the vault: 3 to 24 letters, digits and single hyphens, a letter first and no hyphen at the end. */
export const vaultName =
  (environment: string) =>
  (subscriptionId: string): string =>
    `tavus-state-${digest(environment, subscriptionId).slice(0, 12)}`;
