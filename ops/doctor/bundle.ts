import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { lookUpStart } from '../../app/ledger/look-up';
import { summaryOf } from '../../app/ledger/summary';
import { CONTRACT_VERSION } from '../../contract/hand-over';
import { ProblemsError } from '../../contract/problem';
import type { CliContext } from '../cli-context';
import { withEnvFile } from '../env-file';
import { errorCode } from '../error-code';
import { withLedger } from '../ledger/open-ledger';
import { maskOf } from '../mask';
import { UsageError } from '../usage-error';
import type { BundleOptions, DoctorOptions } from './options';
import { judgeSettings } from './settings/read';
import { readSources } from './settings/sources';

const ROOT = path.resolve(__dirname, '../..');

/** Tools for deployment and tests; the backend itself does not need them. */
const TOOLS = ['aws-cdk', 'aws-cdk-lib', '@pulumi/pulumi', '@pulumi/azure-native', 'playwright-core'];

/**
 * Writes a support bundle: versions, all check results, and the facts of one conversation. It contains no secret and
 * no personal data from the ledger.
 *
 * @param report check results, in the form of `--json`
 * @throws UsageError when the file cannot be written
 */
export async function writeBundle(
  { file, conversationId }: BundleOptions,
  { envFile, handOver }: Pick<DoctorOptions, 'envFile' | 'handOver'>,
  report: object,
  context: Pick<CliContext, 'env' | 'stderr'>,
): Promise<void> {
  const { secrets } = judgeSettings(readSources({ envFile, handOver }, context.env).inOrder);
  const mask = maskOf([...secrets, ...secrets.flatMap(inBase64)]);
  const masked: CliContext['stderr'] = { write: (text) => context.stderr.write(mask(text)) };
  const bundle = {
    at: new Date().toISOString(),
    versions: versions(),
    // Names only: they show how AWS, Azure and proxies are configured.
    environment: Object.keys(context.env).filter((name) => /^(?:AWS_|AZURE_|IDENTITY_)|_PROXY$/i.test(name)),
    doctor: report,
    ...(conversationId === undefined
      ? {}
      : {
          conversation: await conversation(conversationId, {
            env: withEnvFile(envFile, context.env, 'npx recordings doctor'),
            stderr: masked,
          }),
        }),
  };
  const text = `${JSON.stringify(deepMasked(bundle, mask), null, 2)}\n`;
  try {
    writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text, { mode: 0o600 });
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    throw new UsageError([`--bundle: cannot be written, got ${file} (${code})`], 'npx recordings doctor');
  }
  masked.write(`Wrote ${file}. Review it before you share it.\n`);
}

function versions(): object {
  const { node, openssl } = process.versions;
  const { version, dependencies = {} } = manifest('.');
  const packages = [...Object.keys(dependencies), ...TOOLS].map((name) => [name, installed(name)] as const);
  return {
    project: version,
    commit: commit(),
    contract: CONTRACT_VERSION,
    node,
    openssl,
    platform: `${process.platform} ${process.arch}`,
    packages: Object.fromEntries(packages),
  };
}

const MANIFEST = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()).optional() });

/** @param folder relative to the project */
const manifest = (folder: string): z.output<typeof MANIFEST> =>
  MANIFEST.parse(JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')));

/** The installed version, which can differ from the one in package.json. */
function installed(name: string): string {
  try {
    return manifest(path.join('node_modules', name)).version;
  } catch {
    return 'not installed';
  }
}

function commit(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=40'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Facts of one start without personal data, or the reason why they cannot be read. */
async function conversation(id: string, context: Pick<CliContext, 'env' | 'stderr'>): Promise<object> {
  try {
    const known = await withLedger(context, 'read', async ({ ledger }) => lookUpStart(ledger, id));
    if (known === undefined) return { id, problem: 'not in the ledger' };
    const facts = known.facts.filter(({ kind }) => kind !== 'person');
    return { id, summary: summaryOf(known.summary.start, facts), facts };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return { id, problem: error.message };
  }
}

/**
 * A secret as it appears inside a longer base64 text, in both alphabets. Base64 encodes groups of three bytes, and the
 * secret can start at any byte of a group; the characters shared with its neighbours are left out.
 */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const own = all
      .toString('base64url')
      .slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}

/** Masks each string by itself, so that the JSON stays valid. */
function deepMasked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((one: unknown) => deepMasked(one, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deepMasked(one, mask)]));
}
