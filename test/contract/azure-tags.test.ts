import { azureTags } from '../../contract/azure-tags';

const wrongWith = (text: string): string | undefined => azureTags.safeParse(text).error?.issues[0]?.message;

test('trims names and values', () => {
  expect(
    azureTags.parse('CostCentre=4711, Owner = platform@example.com,Équipe=Données, Empty=,Formula=a=b'),
  ).toEqual({
    CostCentre: '4711',
    Owner: 'platform@example.com',
    Équipe: 'Données',
    Empty: '',
    Formula: 'a=b',
  });
});

// Restated from learn.microsoft.com: tag-resources#limitations and rest/api/resources/tags/create-or-update.
test.each([
  [
    'a value with a comma',
    'Owner=Rossi, Maria',
    'is not a comma-separated list of name=value: "Maria" is not name=value',
  ],
  ['no name', '=4711', 'is not a comma-separated list of name=value: "=4711" is not name=value'],
  [
    'JSON',
    '{"CostCentre":"4711"}',
    'is not a comma-separated list of name=value: "{\\"CostCentre\\":\\"4711\\"}" is not name=value',
  ],
  ['a comma too many', 'a=b,', 'is not a comma-separated list of name=value: "" is not name=value'],
  [
    'a forbidden character in a name',
    'Cost/Centre=4711',
    'has the name "Cost/Centre": Azure does not accept < > % & \\ ? /',
  ],
  [
    "Azure's own names",
    'AzureOwner=me',
    'has the name "AzureOwner": Azure reserves names that begin with azure, microsoft or windows',
  ],
  [
    'a name twice, in another case',
    'Environment=a,environment=b',
    'has the name "environment" twice: Azure compares names case-insensitively',
  ],
  ['a long name', `${'n'.repeat(129)}=x`, 'has a name of more than 128 characters'],
  ['a long value', `n=${'x'.repeat(257)}`, 'has a value of more than 256 characters'],
  ['too many', Array.from({ length: 49 }, (_, n) => `n${n}=x`).join(','), 'has more than 48 tags'],
])('refuses %s before the deployment', (_, text, wrong) => {
  expect(wrongWith(text)).toBe(wrong);
});

test('accepts the longest names and values that Azure accepts', () => {
  expect(wrongWith(`${'n'.repeat(128)}=${'x'.repeat(256)}`)).toBeUndefined();
  expect(wrongWith(Array.from({ length: 48 }, (_, n) => `n${n}=x`).join(','))).toBeUndefined();
});
