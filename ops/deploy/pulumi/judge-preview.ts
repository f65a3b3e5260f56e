import * as z from 'zod';
import { problem } from '../../../contract/problem';
import { resourcesTable } from '../report';

/**
 * The used part of the output of `pulumi preview --json`.
 * @see https://github.com/pulumi/pulumi (pkg/backend/display/json.go and pkg/display/json.go, read 2026-11-25)
 */
const DIGEST = z.object({
  steps: z
    .array(z.object({ op: z.string(), urn: z.string(), replaceReasons: z.array(z.string()).nullish() }))
    .nullish(),
  diagnostics: z
    .array(z.object({ message: z.string().optional(), severity: z.string().optional() }))
    .nullish(),
});

/** A planned operation on one resource. */
interface PulumiStep {
  readonly op: string;
  /** For example `azure-native:keyvault:Vault`. */
  readonly type: string;
  readonly name: string;
  readonly because: readonly string[];
}

export interface Preview {
  /** Without reads and unchanged resources. */
  readonly steps: readonly PulumiStep[];
  readonly errors: readonly string[];
}

/** Parses a preview; undefined when Pulumi failed before it printed one. */
export function readPreview(text: string): Preview | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const digest = DIGEST.safeParse(json);
  if (!digest.success) return undefined;
  const { steps, diagnostics } = digest.data;
  return {
    steps: (steps ?? [])
      .filter(({ op }) => !['read', 'refresh', 'same'].includes(op))
      .map(({ op, urn, replaceReasons }) => ({ op, ...partsOf(urn), because: replaceReasons ?? [] })),
    errors: (diagnostics ?? []).flatMap(({ message, severity }) =>
      severity === 'error' && message !== undefined ? [message.trim()] : [],
    ),
  };
}

/** `urn:pulumi:<stack>::<project>::<parent's type>$<type>::<name>` */
function partsOf(urn: string): Pick<PulumiStep, 'name' | 'type'> {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.slice(types.lastIndexOf('$') + 1), name: name.join('::') };
}

/**
 * Types that must not be replaced or deleted, and why; the program protects the same ones. All others hold no data and
 * can be recreated: alerts, diagnostics, role assignments.
 */
const PROTECTED: Readonly<Record<string, string>> = {
  'azure-native:app:ContainerApp': 'Tavus calls back at its address.',
  'azure-native:app:ManagedEnvironment': 'The address of the backend is in its domain.',
  'azure-native:containerregistry:Registry': 'It has the running image and those for a rollback.',
  'azure-native:keyvault:Secret': 'The backend does not start without it.',
  'azure-native:keyvault:Vault': 'It has the secrets, and its name stays reserved for 90 days.',
  'azure-native:managedidentity:UserAssignedIdentity': 'Role assignments name exactly this identity.',
  'azure-native:operationalinsights:Workspace': 'Past logs are evidence.',
  'azure-native:storage:StorageAccount': 'It has the ledger, the record of all recordings.',
  'azure-native:storage:Table': 'It is the ledger, the record of all recordings.',
  'azure-native:resources:ResourceGroup': 'All other resources are in it.',
};

/** Operations that keep a resource. Any other operation stops the deployment. */
const HARMLESS: ReadonlySet<string> = new Set(['create', 'import', 'read', 'refresh', 'same', 'update']);

/** Reasons against an update; empty when all protected resources stay. */
export function destructiveSteps(steps: readonly PulumiStep[]): string[] {
  return steps.flatMap(({ op, type, name, because }) => {
    const why = PROTECTED[type];
    if (why === undefined || HARMLESS.has(op)) return [];
    const properties = because.length === 0 ? '' : ` because of ${because.join(', ')}`;
    return [
      problem({
        name: `${name} (${type})`,
        wrong: 'would be replaced or deleted',
        got: `${op}${properties}`,
        why,
        fix: 'Revert the change. If it is intended, deploy it manually.',
      }),
    ];
  });
}

/** A resource that differs from the program. */
export const driftProblem = ({ op, type, name }: PulumiStep): string =>
  problem({
    name: `${name} (${type})`,
    wrong: 'differs from the program',
    got: op,
    why: 'It was changed manually, or a commit waits for approval.',
    fix: 'Deploy again, or add the change to the code.',
  });

/** For the summary. */
export const stepsTable = (steps: readonly PulumiStep[]): string =>
  resourcesTable(
    'Step',
    steps.map(({ op, type, name }) => [name, type, op]),
  );
