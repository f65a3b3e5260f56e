import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { documentsIn } from '../invariants';
import { asList, resolve, TARGET } from '../template';
import { synthCiIdentity } from './helpers';

const CLI = path.join(__dirname, '..', '..', '..', 'node_modules', 'aws-cdk', 'lib');
const read = (...file: string[]): string => readFileSync(path.join(CLI, ...file), 'utf8');

/** The resources of the pinned CLI's bootstrap, with our parameter values. */
const bootstrap = read('api', 'bootstrap', 'bootstrap-template.yaml')
  .replaceAll('${Qualifier}', 'tavusrec')
  .replaceAll('${AWS::AccountId}', TARGET.account)
  .replaceAll('${AWS::Region}', TARGET.region);

const { Resources: resources, Outputs: outputs } = synthCiIdentity('least');

/** All ARNs in the policies of the CI identity. */
const arns = documentsIn(resources)
  .flatMap(({ Statement }) => Statement)
  .flatMap(({ Resource = [] }) => z.array(z.string()).parse(asList(resolve(Resource, resources))));

/** ARNs of a bootstrap's resources, by their expected names. */
const names = [
  ...new Set(arns.flatMap((arn) => /(?:::|role\/|parameter)(\/?cdk-[^*]+\w)$/.exec(arn)?.[1] ?? [])),
];

it('roles, bucket and parameter have the names of the bootstrap', () => {
  expect(names).toHaveLength(7);
  const gives = (name: string): boolean => new RegExp(`Fn::Sub: ['"]?${name}['"]?\\n`).test(bootstrap);
  expect(names.filter((name) => !gives(name))).toEqual([]);
});

it('the command has only options of the pinned CLI', () => {
  const known = read('cli', 'parse-command-line-arguments.js');
  const command = z.string().parse(resolve(outputs['BootstrapCommand']?.Value ?? null, resources));
  const used = [...command.matchAll(/--([\w-]+)/g)].map(([, option]) => option);
  expect(used).toHaveLength(6);
  expect(used.filter((option) => !known.includes(`.option('${option}'`))).toEqual([]);
});

it('the bootstrap puts the boundary on each of its five roles', () => {
  expect(bootstrap.match(/^ {6}RoleName:/gm)).toHaveLength(5);
  expect(bootstrap.match(/^ {6}PermissionsBoundary:/gm)).toHaveLength(5);
});
