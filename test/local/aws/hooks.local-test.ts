import { join } from 'node:path';
import { runChild } from '../../../local/aws/child-process';
import { ensureVenv } from '../../../local/aws/python';
import { CACHE, ROOT } from './support';

let python: string;

beforeAll(async () => {
  const requirementsFile = join(ROOT, 'local/aws/requirements.txt');
  python = await ensureVenv({
    name: 'aws',
    requirementsFile,
    cacheDirectory: CACHE,
    report: () => undefined,
  });
});

/** Runs Python with our modules on its path. @returns the last line of its output */
async function run(code: string): Promise<string> {
  const path = `import sys; sys.path.insert(0, ${JSON.stringify(join(ROOT, 'local/aws/emulator'))})`;
  const { stdout, stderr } = await runChild({
    command: python,
    args: ['-I', '-B', '-c', `${path}\n${code}`],
  });
  return (stdout + stderr).trimEnd().split('\n').at(-1) ?? '';
}

test('another version of MiniStack is refused', async () => {
  expect(await run('import hooks; hooks.EXPECTED_VERSION = "1.5.99"; hooks.require_version()')).toMatch(
    /^hooks\.HookError: MiniStack: must be 1\.5\.99, got 1\.5\.33\./,
  );
});

test.each([
  ['s3_configuration', 'ministack.services.cloudformation.provisioners', '_s3_apply_configurations'],
  ['s3_configuration', 'ministack.services.s3', '_put_bucket_lifecycle'],
  ['resource_types', 'ministack.services.cloudformation.provisioners', '_RESOURCE_HANDLERS'],
  ['oidc_provider', 'ministack.services.iam', '_oidc_providers'],
  ['web_identity', 'ministack.services.sts', '_web_identity_trust_denied'],
  ['sts_rules', 'ministack.services.sts', 'handle_request'],
  ['kms_on_writes', 'ministack.services.s3', '_resolve_sse_write_headers'],
  ['policy_simulation', 'ministack.services.iam', '_simulate_principal_policy'],
  ['multipart_rules', 'ministack.services.s3', '_complete_multipart_upload'],
  ['root_keys', 'ministack.core.iam_evaluator', 'resolve_credential', '"a run key"'],
  ['signatures', 'ministack.core.sigv4', 'header_signature_failure'],
  ['guard', 'ministack.app', '_credential_failure'],
])('%s refuses to start without %s.%s', async (module, target, name, argument = '') => {
  const code = `import ${module}, importlib; delattr(importlib.import_module(${JSON.stringify(target)}), "${name}"); ${module}.install(${argument})`;
  expect(await run(code)).toBe(`hooks.HookError: MiniStack 1.5.33: ${target}.${name} is missing.`);
});

test('a hooked function with other parameters is refused', async () => {
  const code = `
import sts_rules
from ministack.services import sts
sts.handle_request = lambda request: None
sts_rules.install()`;
  expect(await run(code)).toContain(
    'ministack.services.sts.handle_request must have the parameters (method path headers body',
  );
});
