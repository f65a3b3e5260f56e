/** Child process for one `up` or preview without the Pulumi CLI: runs the program under the SDK's mocks, and sends the result. */
import { createRequire } from 'node:module';
import * as pulumi from '@pulumi/pulumi';
import { defined } from '../../../contract/defined';
import { fakeProvider } from '../provider/main';
import { MocksDeployment, RUN_REQUEST, type RunRequest, type RunResult } from './mocks-deployment';

async function run({ entry, config, secretKeys, resources, ...context }: RunRequest): Promise<RunResult> {
  const deployment = new MocksDeployment(fakeProvider(), context, resources);
  // Promises that depend on a failed resource also reject, without a handler.
  process.on('unhandledRejection', (error) => deployment.recordError(error));
  await pulumi.runtime.setMocks(deployment, context.project, context.stack, context.isPreview);
  pulumi.runtime.setAllConfig(config, secretKeys);
  let outputs: unknown;
  try {
    outputs = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(createRequire(entry)(entry)));
    await pulumi.runtime.disconnect();
  } catch (error) {
    deployment.recordError(error);
  }
  const left = await deployment.finish();
  const { error, changes } = deployment;
  return {
    ...defined({ error }),
    outputs: typeof outputs === 'object' ? { ...outputs } : {},
    resources: [...left],
    changes,
  };
}

process.once('message', (request) => {
  void run(RUN_REQUEST.parse(request)).then((result) =>
    process.send?.(result, undefined, undefined, () => process.exit()),
  );
});
