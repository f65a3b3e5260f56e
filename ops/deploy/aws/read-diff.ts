import type { StackChange } from './judge-changes';

/** `[~] AWS::S3::Bucket RecordingsBucket RecordingsBucketAA52F499 replace`; a resource that leaves has no path. */
const RESOURCE =
  /^\[(?<sign>.)\] (?<type>\w+::\S+)(?: \S+)?? (?<logicalId>[A-Za-z0-9]+)(?: (?<impact>replace|may be replaced|destroy|orphan|import))?$/;

/** ` ├─ [+] BucketName (requires replacement)` */
const PROPERTY = /^ [├└]─ \[.\] (?<name>\w+) \((?:requires|may cause) replacement\)$/;

const IMPACTS: Readonly<Record<string, StackChange['effect']>> = {
  replace: 'replaced',
  'may be replaced': 'may-be-replaced',
  destroy: 'leaves',
  orphan: 'leaves',
  import: 'made',
};

const SIGNS: Readonly<Record<string, StackChange['effect']>> = { '+': 'made', '~': 'updated', '-': 'leaves' };

/**
 * Reads the changes of resources out of what `cdk diff` prints. It has no form for programs; this is the one of 2.1148.1,
 * without colours. Only names are read here: whether a job stops is said by the exit code of `--fail-on destructive`.
 */
export function readDiff(text: string): StackChange[] {
  const changes: (StackChange & { properties: string[] })[] = [];
  for (const line of text.split(/\r?\n/)) {
    const resource = RESOURCE.exec(line)?.groups;
    if (resource !== undefined) {
      const { sign = '', type = '', logicalId = '', impact } = resource;
      const effect = (impact === undefined ? SIGNS[sign] : IMPACTS[impact]) ?? 'unknown';
      changes.push({ logicalId, type, effect, properties: [] });
    }
    const property = PROPERTY.exec(line)?.groups?.['name'];
    if (property !== undefined) changes.at(-1)?.properties.push(property);
  }
  return changes;
}
