import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KINDS } from '../../../../local/azure/cloud/addresses';
import { RESOURCE_TYPES } from '../../../../local/azure/checks/resource-types';
import { PROJECT } from '../../../../local/azure/stack/project';

const text = readFileSync(path.resolve(__dirname, '../../../../Pulumi.yaml'), 'utf8');
const valueOf = (key: string): string | undefined => new RegExp(`^ *${key}: (.+)$`, 'm').exec(text)?.[1];

test('the laptop runs the program that Pulumi.yaml names', () => {
  expect({ project: valueOf('name'), main: valueOf('main'), tsconfig: valueOf('tsconfig') }).toEqual(PROJECT);
});

test('the cloud knows exactly the types that the checks know', () => {
  expect(Object.keys(KINDS).toSorted()).toEqual(Object.keys(RESOURCE_TYPES).toSorted());
});
