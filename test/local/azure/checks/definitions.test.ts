import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkInputs } from '../../../../local/azure/checks/check-inputs';
import { definitionProblems } from '../../../../local/azure/checks/definitions';
import { loadDefinitions, type Definitions } from '../../../../local/azure/checks/load-definitions';
import { UNKNOWN, type Plain } from '../../../../local/azure/wire';
import { smallDefinitions } from './small-definitions';

const directory = mkdtempSync(path.join(tmpdir(), 'definitions-'));
afterAll(() => rmSync(directory, { recursive: true }));

function load(contents: unknown): Definitions {
  const file = path.join(directory, 'types.json');
  writeFileSync(file, JSON.stringify(contents));
  return loadDefinitions(file);
}

const definitions = load(smallDefinitions());
const TYPE = 'azure-native:monitor:MetricAlert';
const GOOD = { ruleName: 'abc', location: 'global', needed: 'x' };

const saidOf = (inputs: Readonly<Record<string, Plain>>, isStrict = true): string[] =>
  definitionProblems(definitions, TYPE, { ...GOOD, ...inputs }, isStrict).map(
    ({ property, reason }) => `${property}: ${reason.split('. ')[0]}`,
  );

describe('inputs that fit a definition', () => {
  test.each<[string, Readonly<Record<string, Plain>>]>([
    ['nothing but what is needed', {}],
    ['whole numbers within their bounds, the bounds too', { some: -3, bounded: 1 }],
    ['a fraction of a core', { cpu: 0.5 }],
    ['a word of an enum', { color: 'Red', closed: 'Blue' }],
    ['any of several kinds', { mixed: true }],
    ['lists and maps of the right kind', { words: ['abc', 'abcde'], tags: { a: 'b' } }],
    ['an object of a kind', { criteria: { odataType: 'Single', base: 'x', threshold: 0.1 } }],
    ['anything where anything goes', { anything: [{ a: 1 }] }],
    ['null where nothing is needed', { some: null }],
    ['what only a deployment knows', { needed: UNKNOWN, words: ['abc', UNKNOWN], criteria: UNKNOWN }],
    ['a kind that only a deployment knows', { criteria: { odataType: UNKNOWN } }],
  ])('are left alone: %s', (_, inputs) => {
    expect(saidOf(inputs)).toEqual([]);
  });
});

describe('inputs that contradict a definition', () => {
  test.each<[string, Readonly<Record<string, Plain>>, string[]]>([
    ['missing', { needed: null }, ['needed: is missing, got nothing']],
    ['read-only', { state: 'x' }, ['state: can only be read, got "x"']],
    [
      'read-only beside the properties',
      { id: 'x' },
      ['id: is no property of Settings, got a text of 1 characters'],
    ],
    ['unknown', { secretref: 'x' }, ['secretref: is no property of Settings, got a text of 1 characters']],
    ['another type', { some: '1' }, ['some: is not a whole number, got "1"']],
    ['a fraction', { some: 0.5 }, ['some: is not a whole number, got 0.5']],
    ['a core as text', { cpu: '0.5' }, ['cpu: is not a number, got "0.5"']],
    ['above its bounds', { bounded: 10 }, ['bounded: is not a whole number from 1 to 9, got 10']],
    ['below its bounds', { bounded: 0 }, ['bounded: is not a whole number from 1 to 9, got 0']],
    ['a text for true', { isOn: 'true' }, ['isOn: is not true or false, got "true"']],
    ['too short', { short: 'ab' }, ['short: is not a text of 3 to 5 characters, got "ab"']],
    ['too long', { short: 'abcdef' }, ['short: is not a text of 3 to 5 characters, got "abcdef"']],
    [
      'too short without an end',
      { atLeast: 'a' },
      ['atLeast: is not a text of at least 2 characters, got "a"'],
    ],
    ['another form', { short: 'ABC' }, ['short: is not a text of the form ^[a-z]+$, got "ABC"']],
    ['an item', { words: ['abc', 1] }, ['words[1]: is not a text, got 1']],
    ['an empty item', { words: [null] }, ['words[0]: is not a text, got nothing']],
    ['no list', { words: 'abc' }, ['words: is not a list, got "abc"']],
    ['no map', { tags: 'abc' }, ['tags: is no object of the kind Tags, got "abc"']],
    ['a tag', { tags: { 'a.b': 1 } }, ['tags["a.b"]: is not a text, got 1']],
    ['none of several kinds', { mixed: 'x' }, ['mixed: is not any of the kinds of value it may be, got "x"']],
    ['none of a closed enum', { closed: 'red' }, ['closed: is not one of Red, Blue, got "red"']],
    ['a number in an enum', { color: 1 }, ['color: is not one of Red, Blue, got 1']],
    ['no kind', { criteria: {} }, ['criteria.odataType: is none of Single, got nothing']],
    ['another kind', { criteria: { odataType: 'x' } }, ['criteria.odataType: is none of Single, got "x"']],
    [
      'an object of a kind, without what all and what its own kind needs',
      { criteria: { odataType: 'Single' } },
      ['criteria.base: is missing, got nothing', 'criteria.threshold: is missing, got nothing'],
    ],
    [
      'a name that Azure does not allow',
      { ruleName: 'ABC' },
      ['ruleName: is not a text of the form ^[a-z]+$, got "ABC"'],
    ],
    [
      'a name in the address',
      { resourceGroupName: 'a' },
      ['resourceGroupName: is not a text of 3 to 5 characters, got "a"'],
    ],
  ])('are named: %s', (_, inputs, said) => {
    expect(saidOf(inputs)).toEqual(said);
  });

  test('are all named at once, each in four parts', () => {
    expect(
      definitionProblems(definitions, TYPE, { ruleName: 'abc', some: 'x' }, true).map(({ reason }) => reason),
    ).toEqual([
      'is missing, got nothing. Azure refuses the resource without it. Give it.',
      'is missing, got nothing. Azure refuses the resource without it. Give it.',
      `is not a whole number, got "x". Azure's definition of the resource says so and refuses anything else. Give a whole number.`,
    ]);
  });
});

test('a word outside an open enum is a problem only when read strictly, and says so', () => {
  expect(saidOf({ color: 'red' }, false)).toEqual([]);
  expect(saidOf({ color: 'red' })).toEqual(['color: is none of Red, Blue (open enum), got "red"']);
  expect(saidOf({ color: 1 }, false)).toHaveLength(1);
});

test('a type without a definition has no problem with it', () => {
  expect(definitionProblems(definitions, 'azure-native:storage:StorageAccount', {}, true)).toEqual([]);
});

test('inputs are checked by the rules, and strictly by the definitions that are given', () => {
  const inputs = { location: 'westeurope', needed: 'x', color: 'red' };
  expect(checkInputs('azure-native:resources:ResourceGroup', inputs)).toEqual([]);
  const problems = checkInputs('azure-native:resources:ResourceGroup', inputs, definitions);
  expect(problems.map(({ property }) => property)).toEqual(['color']);
});

test('where both name a property, the rule speaks', () => {
  const problems = checkInputs(
    'azure-native:resources:ResourceGroup',
    { needed: 'x', location: 1 },
    definitions,
  );
  expect(problems.map(({ property, reason }) => `${property}: ${reason.split(',')[0]}`)).toEqual([
    'location: names no region',
  ]);
});

describe('a definitions file', () => {
  test.each<[string, unknown, RegExp]>([
    ['of another form', {}, /resources/],
    [
      'with a kind of type that is new',
      { resources: { x: { arm: 'x', version: 'x', types: [{ $type: 'New' }] } } },
      /\$type/,
    ],
  ])('%s is refused', (_, contents, detail) => {
    expect(() => load(contents)).toThrow(/types\.json: not a file of Azure's type definitions, got /);
    expect(() => load(contents)).toThrow(detail);
  });

  test('that is not there is refused', () => {
    expect(() => loadDefinitions(path.join(directory, 'no-such.json'))).toThrow(
      /no-such\.json: not a file of Azure's type definitions, got Error: ENOENT/,
    );
  });

  test('without one of our types is refused: its inputs would go unchecked', () => {
    const { resources } = smallDefinitions();
    delete resources[TYPE];
    expect(() => load({ resources })).toThrow(
      `${TYPE}: not in the definitions, got nothing. Its inputs would go unchecked. Make the file with all types.`,
    );
  });

  test('of another API version than the installed provider sends is refused', () => {
    const { resources } = smallDefinitions();
    const known = resources[TYPE];
    if (known === undefined) throw new Error(`no ${TYPE}`);
    expect(() => load({ resources: { ...resources, [TYPE]: { ...known, version: '2017-01-01' } } })).toThrow(
      `${TYPE}: the definitions are of another API version than 2018-03-01, got 2017-01-01. They would check what the provider does not send. Make the file for the installed @pulumi/azure-native.`,
    );
  });

  test.each([
    [
      'a reference that leads nowhere',
      [{ $type: 'ResourceType', body: { $ref: '#/7' } }],
      /#\/7 leads nowhere, got 1 types/,
    ],
    [
      'no body that is an object',
      [{ $type: 'AnyType' }],
      /no resource with an object as its body, got AnyType/,
    ],
  ])('with %s says so as soon as it is needed', (_, types, message) => {
    const { resources } = smallDefinitions();
    const known = resources[TYPE];
    if (known === undefined) throw new Error(`no ${TYPE}`);
    const damaged = load({ resources: { ...resources, [TYPE]: { ...known, types } } });
    expect(() => definitionProblems(damaged, TYPE, GOOD, true)).toThrow(message);
  });
});
