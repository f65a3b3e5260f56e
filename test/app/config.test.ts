import { readConfig } from '../../app/config';
import { ProblemsError } from '../../contract/problem';
import { READ_SETTINGS } from '../../contract/settings';
import { ledgerLine, startUpLines, startUpWarnings } from '../../app/log/start-up';
import { CALLBACKS, OFF, ON } from './helpers';

/** The bullets of the error; empty without an error. */
function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

test('reads exactly the settings in the contract', () => {
  const read: string[] = [];
  const spy = new Proxy(ON, {
    get(target, name) {
      read.push(String(name));
      return target[String(name)];
    },
  });
  readConfig(spy);
  // Every program uses the names of proxies and of AWS's SDK, so our table does not have them.
  const ours = [...new Set(read)].filter((name) => !/_PROXY$|^AWS_EC2_/i.test(name));
  expect(ours.toSorted()).toEqual(READ_SETTINGS.toSorted());
});

test.each([
  [undefined, false],
  ['', false],
  ['true', false],
  ['False', true],
])("the machine's AWS credentials are used only if configured: %p", (value, asksMachine) => {
  const env = { ...ON, RECORDINGS_ACCESS: 'default-chain', AWS_EC2_METADATA_DISABLED: value };
  expect(readConfig(env).access).toMatchObject({ kind: 'default-chain', asksMachine });
});

test('names all missing settings at once, each with a fix', () => {
  expect(problemsOf({ TAVUS_ENABLE_RECORDING: 'true' })).toEqual([
    'TAVUS_API_KEY: missing, got nothing. The backend cannot start a conversation. ' +
      'Set it in .env, or run `pulumi config set --secret tavusApiKey`.',
    'TAVUS_PERSONA_ID: missing, and so is TAVUS_REPLICA_ID, got nothing. Tavus needs a persona, or a replica. ' +
      'Set it in .env, or run `pulumi config set tavusPersonaId p5317866`.',
    'TAVUS_RECORDING_S3_BUCKET_NAME: missing, got nothing. Recording is on, and recordings need a bucket. ' +
      'Run `npx cdk deploy`, and copy the value from cdk-outputs.json.',
    'TAVUS_RECORDING_S3_BUCKET_REGION: missing, got nothing. Recording is on, and with a wrong region Tavus fails silently. ' +
      'Run `npx cdk deploy`, and copy the value from cdk-outputs.json.',
    'TAVUS_AWS_ASSUME_ROLE_ARN: missing, got nothing. Recording is on, and Tavus needs a role to write into the bucket. ' +
      'Run `npx cdk deploy`, and copy the value from cdk-outputs.json.',
  ]);
});

test('is one error with one bullet each', () => {
  expect(() => readConfig({ ...OFF, PORT: '-1', LOG_LEVEL: 'loud' })).toThrow(
    new ProblemsError(
      [
        'PORT: is not a whole number from 0 to 65535, got "-1". The backend could not be reached. ' +
          'Set it in .env, or run `pulumi config set port 8080`.',
        'LOG_LEVEL: is not one of fatal, error, warn, info, debug, trace, silent, got "loud". ' +
          'Needed lines would be missing from the log. Set it in .env, or run `pulumi config set logLevel info`.',
      ],
      { title: 'The backend cannot start' },
    ),
  );
  expect(new ProblemsError(['a', 'b'], { title: 'The backend cannot start' }).message).toBe(
    'The backend cannot start:\n- a\n- b',
  );
});

test.each(['', '   '])('counts %j as unset', (empty) => {
  expect(readConfig({ ...OFF, TAVUS_ENABLE_RECORDING: empty, PORT: empty })).toMatchObject({
    recording: undefined,
    port: 8080,
  });
  expect(problemsOf({ ...ON, TAVUS_AWS_ASSUME_ROLE_ARN: empty })).toHaveLength(1);
});

test.each([
  ['TRUE', true],
  ['1', true],
  ['yes', true],
  ['False', false],
  ['0', false],
])('reads %s as %s', (text, expected) => {
  expect(readConfig({ ...ON, TAVUS_ENABLE_RECORDING: text }).recording !== undefined).toBe(expected);
});

test.each(['ture', '2', 'enabled please'])('refuses %j as a boolean', (text) => {
  expect(problemsOf({ ...OFF, TAVUS_ENABLE_RECORDING: text })).toEqual([
    `TAVUS_ENABLE_RECORDING: is neither true nor false, got ${JSON.stringify(text)}. ` +
      'People could be recorded unintentionally, or not at all. ' +
      'Set it in .env, or run `pulumi config set tavusEnableRecording true`.',
  ]);
});

test('with recording off, its settings are not required', () => {
  expect(readConfig({ ...OFF, TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings' }).recording).toBeUndefined();
});

test('a malformed role is printed without its name', () => {
  const [problem] = problemsOf({
    ...ON,
    TAVUS_AWS_ASSUME_ROLE_ARN: 'arn:aws:iam::123456789012:user/someone',
  });
  expect(problem).toBe(
    'TAVUS_AWS_ASSUME_ROLE_ARN: is not the ARN of an IAM role (arn:aws:iam::<account>:role/<name>), ' +
      'got "arn:aws:iam::********9012:user/...". Recording is on, and Tavus needs a role to write into the bucket. ' +
      'Run `npx cdk deploy`, and copy the value from cdk-outputs.json.',
  );
});

test('only the length of a wrong secret is printed', () => {
  expect(problemsOf({ ...ON, CALLBACK_SECRETS: 'too-short', START_API_KEY: 'hunter2' })).toEqual([
    'CALLBACK_SECRETS: is not `current` or `current,previous` with at least 16 characters each, got 9 characters. ' +
      'Anyone could announce a recording that does not exist. ' +
      'Set it in .env, or run `pulumi config set --secret callbackSecrets`.',
    'START_API_KEY: is shorter than 16 characters, got 7 characters. Anyone could start conversations at our cost. ' +
      'Set it in .env, or run `pulumi config set --secret startApiKey`.',
  ]);
});

test('the operator key must differ from the start key', () => {
  const keys = { START_API_KEY: 'one-key-for-all-of-it', OPERATOR_KEY: 'one-key-for-all-of-it' };
  expect(problemsOf({ ...OFF, ...keys })).toEqual([
    'OPERATOR_KEY: is the start key, got 21 characters. The wrong people could watch recordings. ' +
      'Set it in .env, or run `pulumi config set --secret operatorKey`.',
  ]);
  expect(problemsOf({ ...OFF, ...keys, OPERATOR_KEY: 'one-key-for-operators' })).toEqual([]);
});

describe('a name with invisible characters', () => {
  const SAVE_AS = 'Save the file as "UTF-8"; in Notepad: "Save as", field "Encoding".';

  test('from a file with a byte order mark is refused first, with all other problems', () => {
    expect(problemsOf({ ...ON, PORT: '-1', '\uFEFFTAVUS_REQUIRE_RECORDING_CONSENT': 'true' })).toEqual([
      '\\uFEFFTAVUS_REQUIRE_RECORDING_CONSENT: begins with a byte order mark, which is invisible, got U+FEFF. ' +
        'It is not read as TAVUS_REQUIRE_RECORDING_CONSENT: the line has no effect. ' +
        `The file was saved as "UTF-8 with BOM". ${SAVE_AS}`,
      expect.stringMatching(/^PORT: /),
    ]);
  });

  test.each([
    ['a zero width space', 'TAVUS_ENABLE\u200B_RECORDING', 'TAVUS_ENABLE\\u200B_RECORDING', 'U+200B'],
    ['a no-break space', '\u00A0TAVUS_ENABLE_RECORDING', '\\u00A0TAVUS_ENABLE_RECORDING', 'U+00A0'],
    ['a soft hyphen', 'TAVUS_ENABLE_\u00ADRECORDING', 'TAVUS_ENABLE_\\u00ADRECORDING', 'U+00AD'],
    ['a word joiner', 'TAVUS_ENABLE_RECORDING\u2060', 'TAVUS_ENABLE_RECORDING\\u2060', 'U+2060'],
    [
      'marks of direction',
      '\u202ETAVUS_ENABLE_RECORDING\u202C',
      '\\u202ETAVUS_ENABLE_RECORDING\\u202C',
      'U+202E, U+202C',
    ],
    ['a variation selector', 'TAVUS_ENABLE_RECORDING\uFE0F', 'TAVUS_ENABLE_RECORDING\\uFE0F', 'U+FE0F'],
    ['a tag', 'TAVUS_ENABLE_RECORDING\u{E0020}', 'TAVUS_ENABLE_RECORDING\\u{E0020}', 'U+E0020'],
    ['a tab after export', 'export\tTAVUS_ENABLE_RECORDING', 'export\\u0009TAVUS_ENABLE_RECORDING', 'U+0009'],
  ])('is refused: %s', (_, name, shown, got) => {
    expect(problemsOf({ ...OFF, [name]: 'true' })).toEqual([
      `${shown}: has invisible characters in its name, got ${got}. It is not read as TAVUS_ENABLE_RECORDING: ` +
        'the line has no effect. Type TAVUS_ENABLE_RECORDING again.',
    ]);
  });

  test('is refused before "export", too', () => {
    expect(problemsOf({ ...OFF, '\uFEFFexport PORT': '1' })).toEqual([
      expect.stringMatching(/^\\uFEFFexport PORT: begins with a byte order mark.* not read as PORT: /),
    ]);
  });

  test('from the beginning of a UTF-16 file is refused', () => {
    expect(problemsOf({ ...OFF, '\uFFFD\uFFFDT': '' })).toEqual([
      '\\uFFFD\\uFFFDT: is the beginning of a file saved as UTF-16, got its first bytes as a name. ' +
        `None of the settings in that file is read. ${SAVE_AS}`,
    ]);
  });

  test.each(['\uFEFFPATH', 'MY\u200BVARIABLE', 'caf\uFFFD', 'ProgramFiles(x86)'])(
    'of another program is ignored: %j',
    (name) => expect(problemsOf({ ...OFF, [name]: 'x' })).toEqual([]),
  );
});

test('a value with an invisible character is printed with that character escaped', () => {
  expect(problemsOf({ ...OFF, TAVUS_ENABLE_RECORDING: 'true\u200B' })[0]).toContain('got "true\\u200B".');
});

describe('a value with invisible characters', () => {
  const API_KEY =
    'The backend cannot start a conversation. Set it in .env, or run `pulumi config set --secret tavusApiKey`.';

  test.each([
    [
      'its quotes, as docker run --env-file keeps them',
      '"tvsk_x"',
      'has its quotes in it, got 8 characters with the quotes.',
    ],
    ["a word processor's quotes", '“tvsk_x”', 'has its quotes in it, got 8 characters with the quotes.'],
    ['a zero width space', 'tvsk\u200B_x', 'has invisible characters in it, got 7 characters with U+200B.'],
    [
      'a line break',
      'tvsk\n_x',
      'is not a key: it has a blank, a line break or a non-ASCII character, got 7 characters.',
    ],
    [
      'a comment after it',
      'tvsk_x # mine',
      'is not a key: it has a blank, a line break or a non-ASCII character, got 13 characters.',
    ],
    [
      'a letter that no header can carry',
      'tvsk_\u0161',
      'is not a key: it has a blank, a line break or a non-ASCII character, got 6 characters.',
    ],
  ])("is refused at start-up, and only the key's length is printed: %s", (_, value, words) => {
    expect(problemsOf({ ...OFF, TAVUS_API_KEY: value })).toEqual([`TAVUS_API_KEY: ${words} ${API_KEY}`]);
  });

  test.each(['a-key-of-16-char\ns', 'a-key-of-16-charß'])(
    'is refused as start key, because it is sent in a header: %j',
    (value) => {
      expect(problemsOf({ ...OFF, START_API_KEY: value })).toEqual(
        [
          'START_API_KEY: cannot be sent in a header: it has a line break or a non-ASCII character, got 18 characters. ' +
            'Anyone could start conversations at our cost. Set it in .env, or run `pulumi config set --secret startApiKey`.',
        ].map((text) => text.replace('18', String(value.length))),
      );
    },
  );

  test('spaces in a start key are allowed, because a header can carry a pass phrase', () => {
    expect(problemsOf({ ...OFF, START_API_KEY: 'correct horse battery staple' })).toEqual([]);
  });

  test.each([
    ['TAVUS_REPLICA_ID', "'r1'"],
    ['CALLBACK_SECRETS', '"a-secret-of-16-characters"'],
    ['HOST', '"127.0.0.1"'],
    ['TAVUS_PERSONA_ID', 'p1\u2060'],
  ])('is refused in every setting: %s', (name, value) => {
    expect(problemsOf({ ...OFF, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: has (?:its quotes|invisible characters) in it, `)),
    ]);
  });

  test('a list may have several lines', () => {
    const networks = '198.51.100.0/24,\n203.0.113.0/24';
    expect(readConfig({ ...OFF, TRUSTED_PROXIES: networks }).trustedProxies).toHaveLength(2);
  });
});

describe('an address', () => {
  const PUBLIC = { ...OFF, ...CALLBACKS, PUBLIC_BASE_URL: 'https://recordings.example.com' };

  test('that is public requires a key or Easy Auth', () => {
    expect(problemsOf(PUBLIC)).toEqual([
      'START_API_KEY: missing although PUBLIC_BASE_URL is public and EASY_AUTH is not true, got nothing. ' +
        'Anyone could start conversations at our cost. ' +
        'Set it in .env, or run `pulumi config set --secret startApiKey`.',
    ]);
    expect(problemsOf({ ...PUBLIC, START_API_KEY: 'a-key-of-16-characters' })).toEqual([]);
    expect(problemsOf({ ...PUBLIC, EASY_AUTH: 'true' })).toEqual([]);
  });

  test('for callbacks requires a secret', () => {
    expect(problemsOf({ ...OFF, PUBLIC_BASE_URL: 'http://localhost:8080' })).toEqual([
      'CALLBACK_SECRETS: missing although PUBLIC_BASE_URL is set, got nothing. ' +
        'Anyone could announce a recording that does not exist. ' +
        'Set it in .env, or run `pulumi config set --secret callbackSecrets`.',
    ]);
  });

  test.each([
    'http://recordings.example.com',
    'https://recordings.example.com/base',
    'https://user:word@recordings.example.com',
    'recordings.example.com',
    'ftp://localhost',
  ])('like %s is refused', (address) => {
    expect(problemsOf({ ...OFF, ...CALLBACKS, EASY_AUTH: 'true', PUBLIC_BASE_URL: address })).toHaveLength(1);
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080/', 'http://[::1]:8080'])(
    'on this machine may be http: %s',
    (address) => {
      const config = readConfig({ ...OFF, ...CALLBACKS, PUBLIC_BASE_URL: address });
      expect(config.publicBaseUrl).toBe(address.replace(/\/$/, ''));
    },
  );

  test('of Tavus must be https elsewhere, because the key is sent there', () => {
    expect(problemsOf({ ...OFF, TAVUS_API_BASE_URL: 'http://tavusapi.com/v2' })).toEqual([
      'TAVUS_API_BASE_URL: is not an https address (http only on this machine, no query), ' +
        'got "http://tavusapi.com/v2". The backend would send its key to the wrong address. ' +
        'Set it in .env, or run `pulumi config set tavusApiBaseUrl https://tavusapi.com/v2`.',
    ]);
  });
});

describe('the lines at start-up', () => {
  test('on', () => {
    expect(startUpLines(readConfig(ON))).toEqual([
      'TAVUS_ENABLE_RECORDING: True',
      'TAVUS_RECORDING_S3_BUCKET_NAME: acme-recordings',
      'TAVUS_RECORDING_S3_BUCKET_REGION: us-east-1',
      'TAVUS_AWS_ASSUME_ROLE_ARN: SET',
    ]);
  });

  test('off', () => {
    expect(startUpLines(readConfig(OFF))).toEqual(['TAVUS_ENABLE_RECORDING: False']);
  });

  test('warn of an unknown name that resembles a setting, without its value', () => {
    const warnings = startUpWarnings(
      readConfig({ ...OFF, TAVUS_ENABLE_RECORDNG: 'true', TAVUS_API_KEY_VERSION: '1' }),
    );
    expect(warnings[0]).toBe(
      'TAVUS_ENABLE_RECORDNG: unknown setting, got a value. It would be ignored. Did you mean TAVUS_ENABLE_RECORDING?',
    );
    expect(warnings.filter((warning) => warning.includes('unknown setting'))).toHaveLength(1);
  });

  test('warn that every caller may start, unless a key or sign-in is configured', () => {
    const warns = (env: NodeJS.ProcessEnv): boolean =>
      startUpWarnings(readConfig(env)).some((warning) => warning.startsWith('START_API_KEY'));
    expect(warns(ON)).toBe(true);
    expect(warns({ ...ON, START_API_KEY: 'a-key-of-16-characters' })).toBe(false);
    expect(warns({ ...ON, EASY_AUTH: 'true' })).toBe(false);
  });

  test.each([
    [undefined, 'Ledger: in memory', true],
    ['file:.data/ledger.sqlite', 'Ledger: file .data/ledger.sqlite', false],
    [
      'https://acme.table.core.windows.net/ledger',
      'Ledger: table ledger of https://acme.table.core.windows.net',
      false,
    ],
  ])('name the ledger, and warn of one in memory: %s', (url, line, isWarned) => {
    const config = readConfig({ ...ON, LEDGER_URL: url });
    expect(ledgerLine(config)).toBe(line);
    expect(startUpWarnings(config).some((warning) => warning.startsWith('LEDGER_URL'))).toBe(isWarned);
  });
});

describe('LEDGER_URL', () => {
  test.each([
    ['file:.data/ledger.sqlite', { kind: 'file', path: '.data/ledger.sqlite' }],
    ['file:/data/ledger.sqlite', { kind: 'file', path: '/data/ledger.sqlite' }],
    ['file:///data/my%20ledger', { kind: 'file', path: '/data/my ledger' }],
    [
      'https://acme.table.core.windows.net/ledger',
      { kind: 'table', endpoint: 'https://acme.table.core.windows.net', table: 'ledger' },
    ],
    [
      'https://localhost:10002/devstoreaccount1/ledger',
      { kind: 'table', endpoint: 'https://localhost:10002/devstoreaccount1', table: 'ledger' },
    ],
  ])('%s is accepted', (LEDGER_URL, location) => {
    expect(readConfig({ ...ON, LEDGER_URL }).ledger.location).toEqual(location);
  });

  test.each([
    '.data/ledger.sqlite',
    'file:',
    'file:.data/',
    'file://server/share/ledger.sqlite',
    'http://acme.table.core.windows.net/ledger',
    'https://acme.table.core.windows.net/',
    'https://acme.table.core.windows.net/a-table',
    'https://acme.table.core.windows.net/ledger?sig=secret',
    'https://acme.table.core.windows.net:444/ledger',
    'https://table.example.com/ledger',
    'https://acme.table.core.windows.net.example.com/ledger',
    'https://user:password@acme.table.core.windows.net/ledger',
    'https://localhost:10002/ledger',
    'DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=c2VjcmV0',
  ])('%s is refused and not printed, because it may contain a secret', (LEDGER_URL) => {
    expect(problemsOf({ ...ON, LEDGER_URL })).toEqual([
      `LEDGER_URL: is neither file:<path> nor https://<account>.table.core.windows.net/<table>, got ${LEDGER_URL.length} characters. ` +
        'The history of conversations would be lost, or written to the wrong location. ' +
        'Set it in .env; on Azure the Pulumi program sets it.',
    ]);
  });

  test('a file is refused on Container Apps, a table is accepted', () => {
    const app = { ...ON, CONTAINER_APP_NAME: 'backend' };
    expect(problemsOf({ ...app, LEDGER_URL: 'file:/data/ledger.sqlite' })).toEqual([
      'LEDGER_URL: is a file although this is a Container App (CONTAINER_APP_NAME is set), got "/data/ledger.sqlite". ' +
        'The next revision would lose the file, and each replica would have its own. ' +
        'Set it to a table in Azure Tables: `pulumi up` does.',
    ]);
    expect(problemsOf({ ...app, LEDGER_URL: 'https://acme.table.core.windows.net/ledger' })).toEqual([]);
  });
});
