import { checkInputs } from '../../../../local/azure/checks/check-inputs';
import { definitionProblems } from '../../../../local/azure/checks/definitions';
import { RESOURCE_TYPES } from '../../../../local/azure/checks/resource-types';
import { ruleProblems } from '../../../../local/azure/checks/rules/rule-table';
import type { PlainObject } from '../../../../local/azure/wire';
import { azureDefinitions, withAzureDefinitions } from './azure-definitions';
import { GOOD_INPUTS } from './good-inputs';
import { make, MISTAKES, type Mistake } from './mistakes';

const goodInputs = (type: string): PlainObject => GOOD_INPUTS[type] ?? {};
const properties = (problems: readonly { property: string }[]): string[] =>
  problems.map(({ property }) => property);
const cases = MISTAKES.map((mistake): [string, Mistake] => [
  `${mistake.type.split(':').at(-1)}: ${mistake.what}`,
  mistake,
]);

test('there are good inputs for every known type, and at least 43 mistakes of different names', () => {
  expect(Object.keys(GOOD_INPUTS).toSorted()).toEqual(Object.keys(RESOURCE_TYPES).toSorted());
  expect(cases.length).toBeGreaterThanOrEqual(43);
  expect(new Set(cases.map(([name]) => name)).size).toBe(cases.length);
});

describe('the hand rules', () => {
  test.each(Object.entries(GOOD_INPUTS))('have nothing against a good %s', (type, inputs) => {
    expect(ruleProblems(type, inputs)).toEqual([]);
  });

  test.each(cases.filter(([, { caughtBy }]) => caughtBy !== 'definitions'))('catch %s', (_, mistake) => {
    const { broken, byRules } = make(mistake, goodInputs(mistake.type));
    expect(properties(ruleProblems(mistake.type, broken))).toContain(byRules);
  });

  test.each(cases.filter(([, { caughtBy }]) => caughtBy === 'definitions'))('leave %s', (_, mistake) => {
    const { broken } = make(mistake, goodInputs(mistake.type));
    expect(ruleProblems(mistake.type, broken)).toEqual([]);
  });
});

withAzureDefinitions("Azure's definitions", () => {
  test.each(Object.entries(GOOD_INPUTS))('have nothing against a good %s', (type, inputs) => {
    expect(definitionProblems(azureDefinitions, type, inputs, true)).toEqual([]);
    expect(checkInputs(type, inputs, azureDefinitions)).toEqual([]);
  });

  test.each(cases.filter(([, { caughtBy }]) => caughtBy !== 'rules'))('catch %s', (_, mistake) => {
    const { broken, byDefinitions } = make(mistake, goodInputs(mistake.type));
    expect(properties(definitionProblems(azureDefinitions, mistake.type, broken, true))).toContain(
      byDefinitions,
    );
  });

  test.each(cases.filter(([, { caughtBy }]) => caughtBy === 'rules'))('leave %s', (_, mistake) => {
    const { broken } = make(mistake, goodInputs(mistake.type));
    expect(definitionProblems(azureDefinitions, mistake.type, broken, true)).toEqual([]);
  });

  test.each(cases)('together with the rules catch %s', (_, mistake) => {
    const { broken, byRules, byDefinitions } = make(mistake, goodInputs(mistake.type));
    const property = mistake.caughtBy === 'definitions' ? byDefinitions : byRules;
    const found = properties(checkInputs(mistake.type, broken, azureDefinitions));
    expect(found).toContain(property);
    expect(found).toEqual([...new Set(found)]);
  });
});
