/** The process of one `up`, or of one preview, without the Pulumi CLI: runs the program under the SDK's mocks and answers what came of it. */
import { createRequire } from 'node:module';
import * as pulumi from '@pulumi/pulumi';
import { defined } from '../../../contract/defined';
import { standInProvider } from '../provider/main';
import { MocksDeployment, RUN_REQUEST, type RunRequest, type RunResult } from './mocks-deployment';

async function run({ entry, config, secretKeys, resources, ...place }: RunRequest): Promise<RunResult> {
  const deployment = new MocksDeployment(standInProvider(), place, resources);
  // Everything that waits for a failed resource fails after it, unhandled.
  process.on('unhandledRejection', (error) => deployment.record(error));
  await pulumi.runtime.setMocks(deployment, place.project, place.stack, place.isPreview);
  pulumi.runtime.setAllConfig(config, secretKeys);
  let outputs: unknown;
  try {
    outputs = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(createRequire(entry)(entry)));
    await pulumi.runtime.disconnect();
  } catch (error) {
    deployment.record(error);
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
