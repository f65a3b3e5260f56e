import cdkJson from '../../cdk.json';

describe('cdk.json', () => {
  // `tsx/cjs` and not `--import tsx`: without the hooks for ES modules, which the app does not use, a synth is a tenth faster.
  it('starts the app without a compile step, and writes the outputs where the Pulumi program reads them', () => {
    expect(cdkJson).toMatchObject({
      app: 'node --require tsx/cjs infra-aws/app.ts',
      outputsFile: 'cdk-outputs.json',
    });
  });

  it('has one environment, so that a plain `cdk deploy` needs no name', () => {
    expect(cdkJson.context.environments).toEqual({ dev: {} });
  });

  it('adds no metadata to the templates', () => {
    expect(cdkJson).toMatchObject({ versionReporting: false, pathMetadata: false });
    // The only flag that differs from `cdk init`: it collects data for the reporting, which is off, and slows each synth.
    expect(cdkJson.context['@aws-cdk/core:enableAdditionalMetadataCollection']).toBe(false);
  });

  it("has all of the library's recommended flags", () => {
    // As `cdk init` of CLI 2.1148.1 writes them; without `serverAccessLogsUseBucketPolicy` the log bucket would not even synthesize.
    const flags = Object.keys(cdkJson.context).filter((name) => name.startsWith('@aws-cdk'));
    expect(flags).toHaveLength(89);
    expect(cdkJson.context['@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy']).toBe(true);
  });
});
