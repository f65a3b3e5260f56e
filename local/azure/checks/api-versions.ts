import { readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE = '@pulumi/azure-native';
/** A line of each resource's type declaration; a sentence follows or the line ends. */
const VERSION = /Uses Azure REST API version (?<version>\d{4}-\d{2}-\d{2}(?:-\w+)?)\./;

/**
 * API version that the installed @pulumi/azure-native sends for a type such as `azure-native:app:ContainerApp`.
 * @throws when the package, the type or the line that names the version is not there.
 */
export function installedApiVersion(type: string): string {
  const [, area = '', name = ''] = type.split(':');
  const file = path.join(
    path.dirname(require.resolve(`${PACKAGE}/package.json`)),
    area,
    `${name.charAt(0).toLowerCase()}${name.slice(1)}.d.ts`,
  );
  const version = VERSION.exec(readFileSync(file, 'utf8'))?.groups?.['version'];
  if (version !== undefined) return version;
  throw new Error(
    `${type}: ${PACKAGE} no longer says which API version it uses, got nothing in ${path.basename(file)}. Definitions of another version would check the wrong thing. Look for the new form of the line.`,
  );
}

/**
 * Types whose definitions are of another API version than the provider sends, one sentence each: after an upgrade of
 * @pulumi/azure-native they would check the wrong thing without a word.
 */
export function versionDifferences(
  versions: ReadonlyMap<string, string>,
  installed: (type: string) => string = installedApiVersion,
): string[] {
  return [...versions]
    .filter(([type, version]) => installed(type) !== version)
    .map(
      ([type, version]) =>
        `${type}: the definitions are of another API version than ${installed(type)}, got ${version}. They would check what the provider does not send. Make the file for the installed ${PACKAGE}.`,
    );
}
