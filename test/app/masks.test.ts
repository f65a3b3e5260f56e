import { readConfig } from '../../app/config';
import { foreignTextMask } from '../../app/log/mask';
import { ON, ROLE_ARN, SECRET } from './helpers';
import { START_KEY } from './hostile-text';

const mask = foreignTextMask(readConfig({ ...ON, START_API_KEY: START_KEY }));

describe('a secret at the truncation limit', () => {
  const secrets: Readonly<Record<string, string>> = {
    'a callback secret': SECRET,
    'the start key': START_KEY,
    "a role's ARN": ROLE_ARN,
    "another role's ARN": 'arn:aws:iam::210987654321:role/other-role',
    'a web token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl',
    "a room's address": 'https://tavus.daily.co/a-private-room',
    'a callback address': '/tavus/callback/ffffffff/abcdefghijkl.mnop',
  };
  /** The part of a secret that may be printed: only the prefix common to all of its kind. */
  const shared = [
    'arn:aws:iam::',
    'eyJ',
    'https://tavus.daily.co',
    '/tavus/callback/',
    ':role/',
    '********4321:role/',
  ];

  test.each(Object.entries(secrets))('is not printed in part: %s', (_name, secret) => {
    const most = 120;
    const pieces = Array.from({ length: secret.length - 5 }, (_, from) =>
      secret.slice(from, from + 6),
    ).filter((piece) => !shared.some((part) => part.includes(piece)));
    const read: unknown[] = [];
    // With and without other secrets before it, longer or shorter than their replacement.
    for (const lead of ['', `${SECRET} `.repeat(2), 'https://a/b '.repeat(4), `${ROLE_ARN} `]) {
      for (let at = most - secret.length - 20; at <= most + 250; at += 1) {
        const fill = 'word '.repeat(100).slice(0, Math.max(0, at - lead.length));
        const shown = mask(`${lead}${fill} ${secret} ${'word '.repeat(100)}`, most);
        const rest = shared.reduce((text, part) => text.replaceAll(part, ' '), shown);
        const found = pieces.filter((piece) => rest.includes(piece));
        if (found.length > 0 || shown.length > most + 1) read.push({ at, lead, shown, found });
      }
    }
    expect(pieces).not.toEqual([]);
    expect(read).toEqual([]);
  });

  test('is replaced by an ellipsis after the words before it', () => {
    expect(mask('word '.repeat(1000), 12)).toBe('word word wo…');
    expect(mask('word word', 12)).toBe('word word');
    expect(mask(`word ${SECRET}`, 300)).toBe('word [hidden]');
  });
});

test.each([
  ['key-eyJhbGciOiJIUzI1NiJ9.e30.c2ln', 'key-[hidden]'],
  ['(eyJhbGciOiJIUzI1NiJ9.e30)', '([hidden])'],
  ['eyJhbGciOiJIUzI1NiJ9', '[hidden]'],
  ['keyJhbGciOiJIUzI1NiJ9.e30.c2ln', 'keyJhbGciOiJIUzI1NiJ9.e30.c2ln'],
  ['eyJabc', 'eyJabc'],
])('a web token is redacted at any position: %s', (text, shown) => {
  expect(mask(text, 300)).toBe(shown);
});
