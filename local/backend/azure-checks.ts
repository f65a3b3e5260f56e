import { DeploymentError, type LaptopStack, type UpResult } from '../azure/stack/stack';
import { check, type ReportCheck } from '../checks';
import { brokenBundle, type LaptopBackend } from './laptop-backend';
import { CALLBACK_SECRET, START_KEY } from './settings';

/** A repository that does not exist. */
const REPOSITORY = { githubRepository: 'laptop/talks', githubRepositoryId: '1', githubOwnerId: '1' };

/** Whether `pulumi up` of the CI identities does what its preview says, and does nothing the second time. */
export async function ciIdentityCheck(stack: LaptopStack): Promise<ReportCheck> {
  const config = { plain: REPOSITORY, secret: {} };
  const preview = await stack.preview(config);
  const first = await stack.up(config);
  const second = await stack.up(config);
  const isAsPreviewed = first.changes === preview.changes && first.changes > 0;
  return check(
    'azure-trust',
    'made as previewed, then 0 changes',
    `${isAsPreviewed ? 'made as previewed' : `${first.changes} made, ${preview.changes} previewed`}, then ${second.changes} changes`,
  );
}

/** Whether the first `pulumi up`, without an image, deploys only the platform. */
export const platformCheck = ({ outputs }: UpResult): ReportCheck =>
  check(
    'azure-platform',
    'only the platform',
    outputs['url'] === undefined ? 'only the platform' : 'a backend too',
  );

/** Whether `pulumi up` with an image that does not start fails, and the old revision keeps serving. */
export async function failedImageCheck(
  backend: LaptopBackend,
  registry: string,
  directory: string,
): Promise<ReportCheck> {
  const image = await backend.push(registry, await brokenBundle(directory));
  const result = await backend.deploy(image).then(
    () => 'deployed',
    (error: unknown) => {
      if (error instanceof DeploymentError && error.message.includes('This image does not start.'))
        return 'refused';
      throw error;
    },
  );
  const { status } = await fetch(`${backend.url}/readyz`);
  return check(
    'azure-refused',
    'refused, the old one serves',
    `${result}, ${status === 200 ? 'the old one serves' : `HTTP ${status}`}`,
  );
}

/** Whether a repeated `pulumi up` changes nothing. */
export const repeatedUpCheck = ({ changes }: UpResult): ReportCheck =>
  check('azure-again', '0 changes', `${changes} changes`);

/** Whether the stack's state contains an unencrypted secret. Only the Pulumi CLI keeps a state. */
export async function stateCheck(backend: LaptopBackend, apiKey: string): Promise<ReportCheck> {
  const state = await backend.readState();
  if (state === undefined) return check('azure-state', '0 found', 'no state without the CLI', 'skipped');
  const found = [apiKey, CALLBACK_SECRET, START_KEY].filter((secret) => state.includes(secret)).length;
  return check('azure-state', '0 found', `${found} found`);
}

/** Whether the running container has the name of the bucket that `cdk deploy` created. */
export const injectedCheck = (backend: LaptopBackend, bucket: string): ReportCheck => {
  const [, logged] = /"TAVUS_RECORDING_S3_BUCKET_NAME: ([^"]+)"/.exec(backend.log()) ?? [];
  return check('azure-injected', bucket, logged ?? 'none');
};
