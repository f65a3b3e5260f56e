import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { KINDS } from '../../../../local/azure/cloud/addresses';
import { RESOURCE_TYPES } from '../../../../local/azure/checks/resource-types';
import { PROJECT } from '../../../../local/azure/stack/project';

const { name, main, runtime } = z
  .object({
    name: z.string(),
    main: z.string(),
    runtime: z.object({ options: z.object({ tsconfig: z.string(), nodeargs: z.string() }) }),
  })
  .parse(parse(readFileSync(path.resolve(__dirname, '../../../../Pulumi.yaml'), 'utf8')));

test('the laptop runs the program that Pulumi.yaml names, as it says', () => {
  expect({ project: name, main, ...runtime.options }).toEqual(PROJECT);
});

test('no argument for Node needs a shell to split it', () => {
  expect(PROJECT.nodeargs).not.toMatch(/["'\\#]/);
});

test('the cloud knows exactly the types that the checks know', () => {
  expect(Object.keys(KINDS).toSorted()).toEqual(Object.keys(RESOURCE_TYPES).toSorted());
});
