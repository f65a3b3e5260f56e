import { definitionProblems } from '../../../../local/azure/checks/definitions';
import { ruleProblems } from '../../../../local/azure/checks/rules/rule-table';
import { UNKNOWN, type PlainObject } from '../../../../local/azure/wire';
import { propertyName } from '../../../../local/azure/checks/place';
import { changed, placesIn, select } from './changes';
import { azureDefinitions, withAzureDefinitions } from './azure-definitions';
import { GOOD_INPUTS } from './good-inputs';
import { make, MISTAKES } from './mistakes';

/** Good inputs with one place unknown, for each place at every depth. */
const withOneUnknown = (inputs: PlainObject): [string, PlainObject][] =>
  placesIn(inputs).map((path) => [propertyName(path), changed(inputs, path, UNKNOWN)]);

/** Mistakes with an unknown where the mistake was, and in turn everywhere around it. */
const undecidedMistakes = MISTAKES.flatMap((mistake): [string, string, PlainObject][] => {
  const good = GOOD_INPUTS[mistake.type] ?? {};
  const path = select(good, mistake.at);
  const { broken } = make(mistake, good);
  return path.map((_, depth) => [
    `${mistake.what}, unknown from ${propertyName(path.slice(0, depth + 1))}`,
    mistake.type,
    changed(broken, path.slice(0, depth + 1), UNKNOWN),
  ]);
});

describe('what only a deployment knows', () => {
  test.each(Object.entries(GOOD_INPUTS))('satisfies the hand rules wherever it is in %s', (type, inputs) => {
    for (const [place, undecided] of withOneUnknown(inputs)) {
      expect({ place, problems: ruleProblems(type, undecided) }).toEqual({ place, problems: [] });
    }
  });

  test.each(undecidedMistakes)('satisfies the rule against %s', (_, type, undecided) => {
    expect(ruleProblems(type, undecided)).toEqual([]);
  });
});

withAzureDefinitions("what only a deployment knows, in Azure's definitions", () => {
  test.each(Object.entries(GOOD_INPUTS))('satisfies them wherever it is in %s', (type, inputs) => {
    for (const [place, undecided] of withOneUnknown(inputs)) {
      const problems = definitionProblems(azureDefinitions, type, undecided, true);
      expect({ place, problems }).toEqual({ place, problems: [] });
    }
  });
});

test('of a probe whose type is unknown the widest bounds hold', () => {
  const app = GOOD_INPUTS['azure-native:app:ContainerApp'] ?? {};
  const at = (name: string): ReturnType<typeof select> =>
    select(app, `template.containers[0].probes[0].${name}`);
  const undecided = changed(app, at('type'), UNKNOWN);
  const most = changed(changed(undecided, at('failureThreshold'), 240), at('successThreshold'), 10);
  expect(ruleProblems('azure-native:app:ContainerApp', most)).toEqual([]);
  const more = changed(changed(undecided, at('failureThreshold'), 241), at('successThreshold'), 11);
  expect(ruleProblems('azure-native:app:ContainerApp', more)).toHaveLength(2);
});
