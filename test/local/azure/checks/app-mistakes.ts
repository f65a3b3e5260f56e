import { CONFIGURATION_MISTAKES } from './app-configuration-mistakes';
import { TEMPLATE_MISTAKES } from './app-template-mistakes';
import type { Mistake } from './mistakes';

const type = 'azure-native:app:ContainerApp';

const IN_APP: readonly Omit<Mistake, 'type'>[] = [
  { what: 'a name in capitals', at: 'containerAppName', to: 'Tavus', caughtBy: 'rules' },
  { what: 'a name of 33 characters', at: 'containerAppName', to: 'a'.repeat(33), caughtBy: 'rules' },
  { what: 'no environment', at: 'environmentId', to: undefined, caughtBy: 'rules' },
  { what: 'no location', at: 'location', to: undefined, caughtBy: 'both' },
  { what: 'an empty location', at: 'location', to: '', caughtBy: 'rules' },
  { what: 'tags that are no map', at: 'tags', to: ['laptop'], caughtBy: 'definitions' },
];

/** Slips in a Container App. */
export const APP_MISTAKES: readonly Mistake[] = [
  ...CONFIGURATION_MISTAKES,
  ...TEMPLATE_MISTAKES,
  ...IN_APP,
].map((mistake) => ({ ...mistake, type }));
