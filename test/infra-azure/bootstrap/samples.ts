import { ciIdentity } from '../../../infra-azure/bootstrap/ci-identity';
import { runWithMocks, type MockedRun, type Registered } from '../mocks';
import { configured } from '../samples';

/** The required configuration of the CI identity. */
export const CONFIG = {
  githubRepository: 'acme/talks',
  githubRepositoryId: '789012',
  githubOwnerId: '123456',
} as const;

/** Deploys the CI identity of the environment `prod` under mocks. */
export const deployed = (values: Readonly<Record<string, string>> = {}): Promise<MockedRun> =>
  runWithMocks(() => ciIdentity(configured({ ...CONFIG, ...values }, []), 'prod'));

/** Resources of a type such as `storage:BlobContainer`. */
export const ofType = ({ resources }: MockedRun, type: string): Registered[] =>
  resources.filter((resource) => resource.type === `azure-native:${type}`);

/** Inputs of the only resource of a type. */
export function inputsOf(run: MockedRun, type: string): Registered['inputs'] {
  const [found, ...others] = ofType(run, type);
  if (found === undefined || others.length > 0) throw new Error(`${type}: ${others.length} others.`);
  return found.inputs;
}

/** The name at the end of a mock's id. */
export const nameOf = (id: unknown): string => String(id).split('/').at(-1) ?? '';
