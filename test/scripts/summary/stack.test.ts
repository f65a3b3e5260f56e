import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareResources } from '../../../scripts/summary/compare-resources';
import { compareStacks, readStacks, type Stack } from '../../../scripts/summary/stack';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, json: unknown): void =>
  writeFileSync(path.join(folder, file), JSON.stringify(json));

const TEMPLATE = { Resources: { Role: { Type: 'AWS::IAM::Role' } }, Outputs: { Name: { Value: 'x' } } };
const stack = (template: Stack['template'], terminationProtection = true): Stack => ({
  template,
  terminationProtection,
});

test('the stacks of an assembly are read, and nothing else in it', () => {
  const type = 'aws:cloudformation:stack';
  write('manifest.json', {
    artifacts: {
      One: { type, properties: { templateFile: 'one.json', terminationProtection: true } },
      Two: { type, properties: { templateFile: 'one.json' } },
      'One.assets': { type: 'cdk:asset-manifest', properties: { file: 'One.assets.json' } },
      Tree: { type: 'cdk:tree' },
    },
  });
  write('one.json', TEMPLATE);
  expect([...readStacks(folder)]).toEqual([
    ['One', stack(TEMPLATE)],
    ['Two', stack(TEMPLATE, false)],
  ]);
});

test('resources come, go and change by type and name', () => {
  const resource = (type: string, name: string, declaration: unknown) => ({ type, name, declaration });
  expect(
    compareResources(
      [
        resource('A', 'same', { a: 1 }),
        resource('A', 'other', { a: 1 }),
        resource('A', 'gone', {}),
        resource('A', 'b', {}),
      ],
      [resource('A', 'same', { a: 1 }), resource('A', 'other', { a: 2 }), resource('B', 'b', {})],
    ),
  ).toEqual([
    { type: 'A', name: 'b', how: 'removed', paths: [] },
    { type: 'A', name: 'gone', how: 'removed', paths: [] },
    { type: 'A', name: 'other', how: 'changed', paths: [{ path: 'a', how: 'changed' }] },
    { type: 'B', name: 'b', how: 'added', paths: [] },
  ]);
});

test('a stack compared with itself does not change', () => {
  expect(compareStacks(stack(TEMPLATE), stack(TEMPLATE))).toEqual({ resources: [], elsewhere: [] });
});

test('what is outside the properties of a resource counts too', () => {
  const after = {
    Resources: { Role: { Type: 'AWS::IAM::Role', DeletionPolicy: 'Retain' } },
    Outputs: {},
    Description: 'x',
  };
  expect(compareStacks(stack(TEMPLATE), stack(after, false))).toEqual({
    resources: [
      {
        type: 'AWS::IAM::Role',
        name: 'Role',
        how: 'changed',
        paths: [{ path: 'DeletionPolicy', how: 'added' }],
      },
    ],
    elsewhere: [
      { path: 'Outputs/Name', how: 'removed' },
      { path: 'terminationProtection', how: 'changed' },
      { path: 'Description', how: 'added' },
    ],
  });
});
