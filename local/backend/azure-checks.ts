import { DeploymentError, type Deployed, type LaptopStack } from '../azure/stack/stack';
import { check, type ReportCheck } from '../checks';
import { brokenBundle, type LaptopBackend } from './laptop-backend';
import { CALLBACK_SECRET, START_KEY } from './settings';

/** A repository that exists nowhere. */
const REPOSITORY = { githubRepository: 'laptop/talks', githubRepositoryId: '1', githubOwnerId: '1' };

/** Whether what a person deploys first, so that GitHub's jobs may deploy, is made as its preview says, and only once. */
export async function trustCheck(stack: LaptopStack): Promise<ReportCheck> {
  const config = { plain: REPOSITORY, secret: {} };
  const previewed = await stack.preview(config);
  const made = await stack.up(config);
  const again = await stack.up(config);
  const isForeseen = made.changes === previewed.changes && made.changes > 0;
  return check(
    'stand-in Azure',
    'azure-trust',
    'trust for GitHub: preview, up, up again',
    'made as previewed, then 0 changes',
    `${isForeseen ? 'made as previewed' : `${made.changes} made, ${previewed.changes} previewed`}, then ${again.changes} changes`,
  );
}

/** Whether a first `pulumi up`, without an image, stopped at the platform. */
export const platformCheck = ({ outputs }: Deployed): ReportCheck =>
  check(
    'stand-in Azure',
    'azure-platform',
    'pulumi up: without an image',
    'the platform alone',
    outputs['url'] === undefined ? 'the platform alone' : 'a backend too',
  );

/** Whether an image that does not start is refused, and the revision before it goes on. */
export async function refusalCheck(
  backend: LaptopBackend,
  registry: string,
  directory: string,
): Promise<ReportCheck> {
  const image = await backend.push(registry, await brokenBundle(directory));
  const refused = await backend.deploy(image).then(
    () => 'deployed',
    (error: unknown) => {
      if (error instanceof DeploymentError && error.message.includes('This image does not start.'))
        return 'refused';
      throw error;
    },
  );
  const { status } = await fetch(`${backend.url}/readyz`);
  return check(
    'stand-in Azure',
    'azure-refused',
    'pulumi up: an image that does not start',
    'refused, the old one serves',
    `${refused}, ${status === 200 ? 'the old one serves' : `HTTP ${status}`}`,
  );
}

/** Whether the same deployment once more changes nothing. */
export const againCheck = ({ changes }: Deployed): ReportCheck =>
  check('stand-in Azure', 'azure-again', 'pulumi up: once more', '0 changes', `${changes} changes`);

/** Whether the stack's state holds a secret that is not marked as one. Only the Pulumi CLI keeps a state. */
export async function stateCheck(backend: LaptopBackend, apiKey: string): Promise<ReportCheck> {
  const state = { id: 'azure-state', checked: 'pulumi: secrets readable in its state', expected: '0 found' };
  const record = await backend.record();
  if (record === undefined) {
    return { ...state, found: 'no state without the CLI', state: 'skipped', enforcedBy: 'nobody here' };
  }
  const found = [apiKey, CALLBACK_SECRET, START_KEY].filter((secret) => record.includes(secret)).length;
  return check('stand-in Azure', state.id, state.checked, state.expected, `${found} found`);
}

/** Whether the running container was given the bucket that `cdk deploy` made. */
export const injectedCheck = (backend: LaptopBackend, bucket: string): ReportCheck => {
  const [, logged] = /"TAVUS_RECORDING_S3_BUCKET_NAME: ([^"]+)"/.exec(backend.log()) ?? [];
  return check(
    'stand-in Azure',
    'azure-injected',
    'backend: bucket that it was given',
    bucket,
    logged ?? 'none',
  );
};
