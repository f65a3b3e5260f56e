import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation';
import { FakeAzure } from '../../local/azure/cloud/fake-azure';
import { serveCloud, type ControlServer } from '../../local/azure/control/server';
import { openCliStack, readCliState } from '../../local/azure/stack/cli-stack';
import { findPulumi } from '../../local/azure/stack/open-stack';
import { BACKEND_PROJECT, CI_IDENTITY_PROJECT } from '../../local/azure/stack/projects';
import { CONFIG } from './bootstrap/samples';
import { handedOver, IMAGE, NOTHING_RUNS, ON, SECRETS, writeHandOver } from './samples';

// Visibly skipped without the Pulumi CLI, which is in no package registry.
const hasCli = spawnSync('pulumi', ['version']).status === 0;

jest.setTimeout(120_000);

const ROTATED = 'planted-rotated-key-0123456789';

(hasCli ? describe : describe.skip)('the real Pulumi CLI', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-cli-'));
  const azure = new FakeAzure(NOTHING_RUNS);
  let control: ControlServer;
  let stack: Stack;

  beforeAll(async () => {
    const command = await findPulumi();
    if (command === undefined) throw new Error('pulumi: is on the path, and the SDK does not find it.');
    control = await serveCloud(azure);
    azure.push(IMAGE.slice(IMAGE.indexOf('@') + 1), 'nowhere');
    writeHandOver(directory, { 'TavusRecordings-laptop': handedOver('laptop') });
    stack = await openCliStack(command, {
      root: path.resolve(__dirname, '../..'),
      directory,
      project: BACKEND_PROJECT,
      controlUrl: control.url,
      token: control.token,
      signal: new AbortController().signal,
    });
    const plain = {
      ...ON,
      image: undefined,
      tavusApiBaseUrl: 'http://localhost:4000/v2',
      handOverFile: path.join(directory, 'cdk-outputs.json'),
    };
    for (const [key, value] of Object.entries(plain)) {
      if (value !== undefined) await stack.setConfig(key, { value, secret: Object.hasOwn(SECRETS, key) });
    }
  });

  afterAll(async () => {
    await control.close();
    rmSync(directory, { recursive: true });
  });

  test('previews, deploys the platform and then the backend, and finds nothing to change', async () => {
    await stack.preview();
    const { outputs } = await stack.up();
    const registry = String(outputs['registry']?.value);
    await stack.setConfig('image', { value: IMAGE.replace('platformregistry.azurecr.io', registry) });
    await stack.preview();
    await stack.up();
    await stack.up({ expectNoChanges: true });
    expect(Object.values(await stack.outputs()).some(({ secret }) => secret)).toBe(false);
  });

  // With the fake Azure, a preview of a changed secret has no version.
  test('previews a rotation, and injects only real versions', async () => {
    await stack.setConfig('tavusApiKey', { value: ROTATED, secret: true });
    const { changeSummary } = await stack.preview();
    expect(changeSummary.update).toBeGreaterThan(0);
    await stack.up();
    const text = await readCliState({ directory, project: BACKEND_PROJECT });
    expect(text).toContain('TAVUS_API_KEY_VERSION');
    expect(text).not.toMatch(/no-version|no-vault-uri/);
  });

  test('detects drift and repairs it', async () => {
    const app = (await stack.exportStack()).deployment.resources.find(
      ({ type }: { type: string }) => type === 'azure-native:app:ContainerApp',
    );
    const { inputs } = (await azure.get(app.id)) ?? {};
    await azure.put('azure-native:app:ContainerApp', { ...inputs, tags: { changed: 'by hand' } });
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges?.update).toBe(1);
    await stack.up();
    expect((await azure.get(app.id))?.inputs['tags']).toMatchObject({ environment: 'laptop' });
  });

  test('keeps secrets out of its state', async () => {
    const text = await readCliState({ directory, project: BACKEND_PROJECT });
    expect(text).toContain('azure-native:keyvault:Secret');
    expect([...Object.values(SECRETS), ROTATED].filter((secret) => text.includes(secret))).toEqual([]);
  });

  test('previews the CI identity, deploys it, and finds nothing to change', async () => {
    const command = await findPulumi();
    if (command === undefined) throw new Error('pulumi: is on the path, and the SDK does not find it.');
    const trust = await openCliStack(command, {
      root: path.resolve(__dirname, '../..'),
      directory,
      project: CI_IDENTITY_PROJECT,
      controlUrl: control.url,
      token: control.token,
      signal: new AbortController().signal,
    });
    for (const [key, value] of Object.entries(CONFIG)) await trust.setConfig(key, { value });
    await trust.preview();
    const { outputs } = await trust.up();
    expect(outputs).toHaveProperty('PULUMI_BACKEND_URL');
    await trust.up({ expectNoChanges: true });
  });

  test('refuses to destroy protected resources, and destroys them without protection', async () => {
    // Not with `destroy()`, which skips the preview and deletes unprotected resources before it reaches protected ones.
    await expect(stack.previewDestroy()).rejects.toThrow('protect');
    await stack.up({ expectNoChanges: true });
    await stack.setConfig('protectData', { value: 'false' });
    await stack.up();
    await stack.destroy();
    expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
  });
});
