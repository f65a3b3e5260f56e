import * as pulumi from '@pulumi/pulumi';
import { ciIdentity } from '../../../infra-azure/bootstrap/ci-identity';
import { runWithMocks, SUBSCRIPTION, TENANT } from '../mocks';
import { configured } from '../samples';
import { CONFIG, deployed } from './samples';

test('the outputs are exactly the GitHub variables, in plain text', async () => {
  const { outputs } = await deployed();
  const output = pulumi.output<object>(Object(outputs));
  const values = await new Promise((resolve) => output.apply(resolve));
  expect(values).toEqual({
    AZURE_TENANT_ID: TENANT,
    AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
    AZURE_DEPLOY_CLIENT_ID: 'client of deploy',
    AZURE_CHECK_CLIENT_ID: 'client of check',
    AZURE_RESOURCE_GROUP: 'tavus-recordings-prod',
    PULUMI_BACKEND_URL: expect.stringMatching(
      /^azblob:\/\/pulumi-state\?storage_account=tavusstate[0-9a-f]{14}$/,
    ),
    PULUMI_SECRETS_PROVIDER: expect.stringMatching(
      /^azurekeyvault:\/\/tavus-state-[0-9a-f]{12}\.vault\.azure\.net\/keys\/pulumi-state$/,
    ),
  });
  expect(await pulumi.isSecret(output)).toBe(false);
});

test('all names are the same in each run, because the state may be lost', async () => {
  expect((await deployed()).resources).toEqual((await deployed()).resources);
});

test('a first preview, without values from Azure, declares the same resources', async () => {
  const names = ({ resources }: Awaited<ReturnType<typeof deployed>>): string[] =>
    resources.map(({ type, name }) => `${type} ${name}`);
  const preview = await runWithMocks(() => ciIdentity(configured(CONFIG, []), 'prod'), true);
  expect(names(preview)).toEqual(names(await deployed()));
});
