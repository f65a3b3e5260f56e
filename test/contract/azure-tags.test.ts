import { azureTags } from '../../contract/azure-tags';

const wrongWith = (text: string): string | undefined => azureTags.safeParse(text).error?.issues[0]?.message;

test('reads names and values, without the blanks around them', () => {
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
  ['a value with a comma', 'Owner=Rossi, Maria', 'is not a list of name=value with commas: "Maria" is none'],
  ['no name', '=4711', 'is not a list of name=value with commas: "=4711" is none'],
  [
    'JSON',
    '{"CostCentre":"4711"}',
    'is not a list of name=value with commas: "{\\"CostCentre\\":\\"4711\\"}" is none',
  ],
  ['a comma too many', 'a=b,', 'is not a list of name=value with commas: "" is none'],
  [
    'a character that names must not have',
    'Cost/Centre=4711',
    'has the name "Cost/Centre": Azure takes none with < > % & \\ ? /',
  ],
  [
    "Azure's own names",
    'AzureOwner=me',
    'has the name "AzureOwner": what begins with azure, microsoft or windows is Azure\'s own',
  ],
  [
    'a name that is there in another case',
    'Environment=a,environment=b',
    'names "environment" twice: Azure does not tell names apart by their case',
  ],
  ['a long name', `${'n'.repeat(129)}=x`, 'has a name of more than 128 characters'],
  ['a long value', `n=${'x'.repeat(257)}`, 'has a value of more than 256 characters'],
  ['too many', Array.from({ length: 49 }, (_, n) => `n${n}=x`).join(','), 'has more than 48 tags'],
])('refuses before Azure does: %s', (_, text, wrong) => {
  expect(wrongWith(text)).toBe(wrong);
});

test('takes what Azure takes, to the last character', () => {
  expect(wrongWith(`${'n'.repeat(128)}=${'x'.repeat(256)}`)).toBeUndefined();
  expect(wrongWith(Array.from({ length: 48 }, (_, n) => `n${n}=x`).join(','))).toBeUndefined();
});
