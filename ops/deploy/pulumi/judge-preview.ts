import * as z from 'zod';
import { problem } from '../../../contract/problem';
import { resourcesTable } from '../report';

/**
 * The part of what `pulumi preview --json` prints that is looked at.
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

/** What would happen to one resource. */
interface Step {
  readonly op: string;
  /** For example `azure-native:keyvault:Vault`. */
  readonly type: string;
  readonly name: string;
  readonly because: readonly string[];
}

export interface Preview {
  /** Without what is only looked at. */
  readonly steps: readonly Step[];
  readonly errors: readonly string[];
}

/** Reads a preview; undefined when it is none, because Pulumi failed before it made one. */
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
function partsOf(urn: string): Pick<Step, 'name' | 'type'> {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.slice(types.lastIndexOf('$') + 1), name: name.join('::') };
}

/**
 * What must stay, and why; the program protects the same types. The rest holds nothing and can be made again: alerts,
 * diagnostics, rights.
 */
const PROTECTED: Readonly<Record<string, string>> = {
  'azure-native:app:ContainerApp': 'Tavus calls back at its address.',
  'azure-native:app:ManagedEnvironment': 'The address of the backend is made of its domain.',
  'azure-native:containerregistry:Registry': 'The image that runs is in it, and those to go back to.',
  'azure-native:keyvault:Secret': 'The backend reads it, and does not start without it.',
  'azure-native:keyvault:Vault': 'The secrets are in it, and its name stays taken for 90 days.',
  'azure-native:managedidentity:UserAssignedIdentity': 'Rights are given to exactly this one.',
  'azure-native:operationalinsights:Workspace': 'Past logs are evidence.',
  'azure-native:storage:StorageAccount': 'The ledger is in it: what should exist, and what became of it.',
  'azure-native:storage:Table': 'It is the ledger: what should exist, and what became of it.',
  'azure-native:resources:ResourceGroup': 'Everything is in it.',
};

/** Under these a resource stays what it is. Whatever else Pulumi may call a step is a reason to stop. */
const HARMLESS: ReadonlySet<string> = new Set(['create', 'import', 'read', 'refresh', 'same', 'update']);

/** Why an update must not happen; none when everything that is protected stays. */
export function destructiveSteps(steps: readonly Step[]): string[] {
  return steps.flatMap(({ op, type, name, because }) => {
    const why = PROTECTED[type];
    if (why === undefined || HARMLESS.has(op)) return [];
    const properties = because.length === 0 ? '' : ` because of ${because.join(', ')}`;
    return [
      problem({
        name: `${name} (${type})`,
        wrong: 'would not stay',
        got: `${op}${properties}`,
        why,
        fix: 'Take the change back; if it is meant, a person deploys it by hand.',
      }),
    ];
  });
}

/** A resource that is not as the program makes it. */
export const driftProblem = ({ op, type, name }: Step): string =>
  problem({
    name: `${name} (${type})`,
    wrong: 'is not as the program makes it',
    got: op,
    why: 'Somebody changed it by hand, or a commit waits for its approval.',
    fix: 'Deploy again, or take the change over into the code.',
  });

/** For the summary. */
export const stepsTable = (steps: readonly Step[]): string =>
  resourcesTable(
    'Step',
    steps.map(({ op, type, name }) => [name, type, op]),
  );
