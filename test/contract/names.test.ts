import { outputId, pulumiConfigKey, secretName } from '../../contract/names';
import { AWS_SETTINGS, SETTING_NAMES, SETTINGS } from '../../contract/settings';

describe('derived names', () => {
  test('are derived from the environment variable', () => {
    expect(outputId('TAVUS_RECORDING_S3_BUCKET_NAME')).toBe('TavusRecordingS3BucketName');
    expect(pulumiConfigKey('TAVUS_API_KEY')).toBe('tavusApiKey');
    expect(secretName('CALLBACK_SECRETS')).toBe('callback-secrets');
  });

  test('keep A_B and AB apart', () => {
    expect([outputId('A_B'), outputId('AB')]).toEqual(['AB', 'Ab']);
    expect([pulumiConfigKey('A_B'), pulumiConfigKey('AB')]).toEqual(['aB', 'ab']);
    expect([secretName('A_B'), secretName('AB')]).toEqual(['a-b', 'ab']);
  });

  // Each has the same derived name as another spelling: A-B and A_B, A_1 and A1, A__B and A_B.
  test.each(['A-B', 'A_1', 'A__B', '_A', 'A_', 'a_b', 'A.B', ''])(
    'refuse %j, which could collide with another name',
    (name) => {
      for (const derive of [outputId, pulumiConfigKey, secretName]) {
        expect(() => derive(name)).toThrow(
          `${JSON.stringify(name)}: not a setting's name. Two settings could get the same derived name`,
        );
      }
    },
  );

  test.each([
    ['CloudFormation output ids', outputId, /^[A-Za-z0-9]{1,255}$/],
    ['Pulumi configuration keys', pulumiConfigKey, /^[a-z][A-Za-z0-9]*$/],
    ['Container Apps secret names', secretName, /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/],
  ])('are unique and well formed as %s over the whole table', (_, derive, form) => {
    const names = SETTING_NAMES.map((name) => derive(name));
    expect(new Set(names).size).toBe(SETTING_NAMES.length);
    for (const name of names) expect(name).toMatch(form);
  });
});

describe('the settings table', () => {
  test('has these values from AWS; every hand-over has the first three', () => {
    expect(AWS_SETTINGS).toEqual([
      'TAVUS_RECORDING_S3_BUCKET_NAME',
      'TAVUS_RECORDING_S3_BUCKET_REGION',
      'TAVUS_AWS_ASSUME_ROLE_ARN',
      'RECORDINGS_RETENTION_DAYS',
      'RECORDINGS_NONCURRENT_DAYS',
      'RECORDINGS_ENCRYPTION',
      'RECORDINGS_KEY_ARN',
      'RECORDINGS_READER_ROLE_ARN',
      'RECORDINGS_HOLDS_BUCKET_NAME',
    ]);
  });

  test('has recording off by default', () => {
    expect(SETTINGS.TAVUS_ENABLE_RECORDING.default).toBe('false');
  });

  test('has no default for a secret', () => {
    const withDefault = SETTING_NAMES.filter(
      (name) => SETTINGS[name].source === 'secret' && 'default' in SETTINGS[name],
    );
    expect(withDefault).toEqual([]);
  });
});
