import { App } from 'aws-cdk-lib';
import cdkJson from '../../../cdk.json';
import { addCiIdentityStack } from '../../../infra-aws/ci/ci-identity-app';
import { makeApp } from '../helpers';
import { TARGET } from '../template';
import { makeCiIdentityApp, SETTINGS, CI_IDENTITY_VARIANTS } from './helpers';

describe('the app of the CI identity', () => {
  const { app, stack } = makeCiIdentityApp(CI_IDENTITY_VARIANTS.most);
  const assembly = app.synth();
  const { manifest } = assembly.getStackByName(stack.stackName);

  it("has one stack, whose name CI's rights on the recordings stacks do not match", () => {
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['TavusRecordingsTrust']);
  });

  // With a role, everyone who may update the stack would get that role's rights.
  it('is deployed with the rights of a person, without a bootstrap', () => {
    expect(manifest.properties).toEqual({
      templateFile: 'TavusRecordingsTrust.template.json',
      terminationProtection: true,
      validateOnSynth: false,
    });
    expect(Object.keys(assembly.getStackByName(stack.stackName).template)).toEqual([
      'Description',
      'Resources',
      'Outputs',
    ]);
  });

  it('fits into one request: without a bootstrap there is no bucket for its template', () => {
    const { template } = assembly.getStackByName(stack.stackName);
    // CloudFormation's limit for a template in a request is 51,200 bytes; the CLI sends it indented.
    expect(JSON.stringify(template, undefined, 1).length).toBeLessThan(45_000);
  });

  it('describes how to deploy it, and the next step', () => {
    expect(assembly.getStackByName(stack.stackName).template).toMatchObject({
      Description: expect.stringMatching(
        /npx cdk deploy --app "node --require tsx\/cjs infra-aws\/ci\.ts"\. Then run the command of the output BootstrapCommand, .*@aws-cdk\/core:bootstrapQualifier/,
      ),
      Outputs: { BootstrapCommand: { Description: 'Run this next, once, manually.' } },
    });
  });
});

it('the app of the recordings has only its own stacks, also with the settings of the CI identity', () => {
  const { app, stacks } = makeApp({ dev: {} });
  expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['TavusRecordings-dev']);
  expect(stacks).toHaveLength(1);
});

describe('wrong settings', () => {
  const add = (context: Readonly<Record<string, unknown>>, region: string = TARGET.region): App => {
    const app = new App({ context: { ...cdkJson.context, ...context } });
    expect(() => addCiIdentityStack(app, { account: TARGET.account, region })).toThrow(
      expect.objectContaining({ name: 'ProblemsError' }),
    );
    return app;
  };

  it('stop the app before the first construct', () => {
    expect(add({}).node.children).toEqual([]);
  });

  it('of environments stop it too, because they have the names of buckets', () => {
    expect(add({ ...SETTINGS, environments: { dev: { bucketName: 'Bad' } } }).node.children).toEqual([]);
  });

  it('are all named in one error', () => {
    const { githubOwnerId: _, ...settings } = SETTINGS;
    const app = new App({ context: { ...settings, environments: {} } });
    expect(() => addCiIdentityStack(app, { account: undefined, region: 'cn-north-1' })).toThrow(
      /^The stacks cannot be created with these settings .*:\n- region: .*\n- environments: .*\n- githubOwnerId: [^\n]*$/,
    );
  });
});

it('leaves account and region to CloudFormation when there are no credentials', () => {
  const { stack } = makeCiIdentityApp(CI_IDENTITY_VARIANTS.least, { account: undefined, region: undefined });
  expect(stack.environment).toBe('aws://unknown-account/unknown-region');
});
