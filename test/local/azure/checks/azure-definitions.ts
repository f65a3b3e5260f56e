import { loadDefinitions, type Definitions } from '../../../../local/azure/checks/load-definitions';

/** Azure's definitions are too large to be kept here; whoever has them names the file. */
const file = process.env['AZURE_TYPES'];

/** Azure's own definitions; none without the file. */
export const azureDefinitions: Definitions = file === undefined ? new Map() : loadDefinitions(file);

/** `describe` for what needs them, shown as skipped where they are missing. */
export const withAzureDefinitions = file === undefined ? describe.skip : describe;
