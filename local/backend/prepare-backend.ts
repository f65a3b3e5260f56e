import { openStack } from '../azure/stack/open-stack';
import { BACKEND_PROJECT, CI_IDENTITY_PROJECT, type StackProject } from '../azure/stack/projects';
import type { LaptopStack, UpResult } from '../azure/stack/stack';
import { NO_FILE } from '../aws/owner-environment';
import { startFakeAzure, type RunningFakeAzure } from '../azure/start-fake-azure';
import type { ReportCheck } from '../checks';
import { outputsFile } from '../deployment';
import type { LaptopFault } from '../faults';
import { freePort } from '../free-port';
import type { LaptopContext } from '../laptop-context';
import { ciIdentityCheck } from './azure-checks';
import { LaptopBackend, makeBundle } from './laptop-backend';
import type { WatchResult } from './watched-calls';

/** The laptop's Azure with the platform in it, ready for the backend. */
export interface PreparedBackend {
  readonly fakeAzure: RunningFakeAzure;
  readonly stack: LaptopStack;
  readonly backend: LaptopBackend;
  /** Result of `pulumi up` without an image. */
  readonly platform: UpResult;
  /** The pushed bundle. */
  readonly image: string;
  readonly checks: readonly ReportCheck[];
}

/** A deployed backend, and the checks of its run. */
export interface BackendRun {
  readonly checks: readonly ReportCheck[];
  readonly backend: LaptopBackend;
  /** Undefined in a run with a fault. */
  readonly stack?: LaptopStack;
  /** What the watch found in a run with a fault. */
  readonly watched?: WatchResult;
}

/**
 * Does everything that needs no hand-over from AWS: bundles the backend, starts Azure, deploys the platform.
 * @returns undefined with a fault in AWS or in the request, because the backend would show nothing more
 */
export async function prepareBackend(
  context: LaptopContext,
  fault: LaptopFault | undefined,
): Promise<PreparedBackend | undefined> {
  if (fault !== undefined && fault.running === undefined) return undefined;
  const { steps, root, directory, signal } = context;
  const bundle = await steps.run('backend bundled as for production', () =>
    makeBundle(root, directory, signal),
  );
  const { fakeAzure, backend, stack } = await openBackend(context);
  const platform = await steps.run('pulumi up: the platform, without an image', () =>
    backend.deployPlatform(),
  );
  const image = await backend.push(platform.outputs['registry'] ?? '', bundle);
  const checks = fault === undefined ? [await checkCiIdentities(context, fakeAzure)] : [];
  return { fakeAzure, backend, stack, platform, image, checks };
}

/** Nothing else in the run needs the CI identities. */
async function checkCiIdentities(context: LaptopContext, fakeAzure: RunningFakeAzure): Promise<ReportCheck> {
  const stack = await openStackOf(context, fakeAzure, CI_IDENTITY_PROJECT);
  return context.steps.run('pulumi preview, up, up: the CI identities', () => ciIdentityCheck(stack));
}

async function openBackend(
  context: LaptopContext,
): Promise<Pick<PreparedBackend, 'backend' | 'fakeAzure' | 'stack'>> {
  const { directory, simulator, emulator, issuer, s3Url, started } = context;
  const port = await freePort();
  const fakeAzure = await startFakeAzure({
    directory,
    issuer,
    ingressPort: port,
    aws: {
      certificatePem: emulator.certificatePem,
      environment: {
        AWS_ENDPOINT_URL_S3: s3Url,
        AWS_ENDPOINT_URL_STS: emulator.endpoint,
        // A container has no home folder with a person's settings.
        AWS_CONFIG_FILE: NO_FILE,
        AWS_SHARED_CREDENTIALS_FILE: NO_FILE,
      },
    },
  });
  started.push(() => fakeAzure.stop());
  const stack = await openStackOf(context, fakeAzure, BACKEND_PROJECT);
  const backend = new LaptopBackend(fakeAzure, stack, {
    simulator,
    handOverFile: outputsFile(context),
    account: emulator.account,
    publicBaseUrl: `http://localhost:${port}`,
  });
  return { fakeAzure, stack, backend };
}

const openStackOf = (
  { root, directory, signal }: LaptopContext,
  { controlUrl, token }: RunningFakeAzure,
  project: StackProject,
): Promise<LaptopStack> => openStack({ root, directory, controlUrl, token, signal, project });
