import { Writable } from 'node:stream';
import { announcedRecording, callbackPayload, copyErrorCode, plain } from '../../app/callbacks/payload';
import { startIdIn } from '../../app/callbacks/receive';
import { readConfig } from '../../app/config';
import { maskArn } from '../../contract/aws-values';
import { SETTINGS } from '../../contract/settings';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { parseJson } from '../../app/http/json';
import { Idempotency } from '../../app/ledger/idempotency';
import { Ledger } from '../../app/ledger/ledger';
import { memoryStore } from '../../app/ledger/memory';
import { createLogger } from '../../app/log/logger';
import { escapeUnseen, foreignTextMask, hideMailAddresses, secretMask } from '../../app/log/mask';
import { endBody, recordingEventBody, startBody } from '../../app/routes/schemas';
import { assertMayStart } from '../../app/security/access';
import { callerAddress } from '../../app/security/caller-address';
import { callbackTokens } from '../../app/security/callback-token';
import { isSameOrigin } from '../../app/security/same-origin';
import { conversationAnswer, createdAnswer, listAnswer } from '../../app/tavus/answers';
import { problemOf } from '../../app/tavus/errors';
import { exchange } from '../../app/tavus/exchange';
import { retryAfterSec } from '../../app/tavus/retry-after';
import { maskOf } from '../../ops/mask';
import type { ReadText } from './cpu-time';
import { CONSENT, ON, ROLE_ARN, SECRET, TestClock } from './helpers';
import {
  JSON_UNITS,
  letters,
  MASKED,
  nested,
  prose,
  repeated,
  START_KEY,
  transcript,
  type TextOf,
} from './hostile-text';
import { judge } from './judge';
import { testPageTokens } from './tokens';

const config = readConfig({ ...ON, START_API_KEY: START_KEY });
const mask = foreignTextMask(config);
const maskLine = secretMask(config);
const maskForOperator = maskOf([START_KEY, SECRET, ROLE_ARN]);

export const judgeStart = judge(startBody, mask);
const judgeEvent = judge(recordingEventBody, mask);
const judgeEnd = judge(endBody, mask);

const answered = (body: unknown) => ({ kind: 'answered', status: 400, retryAfter: undefined, body }) as const;

/** A fake Tavus that responds with this text. */
const read = (text: string): unknown => {
  const sender: object = {
    request: async () => ({
      statusCode: 400,
      headers: { 'content-type': 'text/plain', 'content-length': '1' },
      body: { text: async () => text },
    }),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the exchange uses is there
  return exchange(sender as Parameters<typeof exchange>[0], {
    method: 'GET',
    path: '/',
    headers: {},
    timeoutMs: 60_000,
  });
};

const thrown = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const log = createLogger(config, nowhere);
const refuses = (): never => {
  throw new Error('Not to be begun.');
};
const idempotency = new Idempotency<string>({
  ledger: new Ledger(memoryStore()),
  clock: new TestClock(),
  secrets: [SECRET],
  newStartId: refuses,
  shutdown: AbortSignal.abort(),
  track: (work) => work,
  read: refuses,
});
const NEVER_BEGUN = {
  mayBegin: refuses,
  begin: refuses,
  patience: refuses,
  undo: refuses,
  endCutOff: refuses,
};
const tokens = callbackTokens([SECRET]);
const pages = testPageTokens([SECRET]);
const START_ID = 'f'.repeat(32);

/** A mask or a parser of external text. */
export interface TextReader {
  readonly name: string;
  readonly read: ReadText;
  /** A typical text. */
  readonly harmless: TextOf;
  readonly hostile: readonly TextOf[];
}

/** Every mask and parser of external text. */
export const READERS: readonly TextReader[] = [
  {
    name: 'the mask of our own log lines',
    read: (text) => escapeUnseen(maskLine(text)),
    harmless: prose,
    hostile: MASKED,
  },
  { name: 'the mask of foreign text', read: (text) => mask(text, 300), harmless: prose, hostile: MASKED },
  {
    name: "the mask of the operator's commands",
    // External text is always truncated; complete texts are the doctor's own.
    read: (text) => maskForOperator(text, 300),
    harmless: prose,
    hostile: MASKED,
  },
  {
    name: 'the mask of ARNs',
    read: maskArn,
    harmless: prose,
    hostile: [
      'arn:aws:iam::',
      '12345678',
      '123456789012',
      '12345678901:',
      ':role',
      ':role/',
      ':assumed-role/"',
    ].map((unit) => repeated(unit)),
  },
  {
    name: "Tavus's words",
    read: (text) => problemOf(answered({ error: text, message: text }), mask),
    harmless: prose,
    hostile: [
      ...MASKED,
      ...['unable to assume rol', 'concurrent conversation', 'invalid ', 'invalid person', ' '].map((unit) =>
        repeated(unit),
      ),
    ],
  },
  {
    name: "Tavus's answer",
    read,
    harmless: (size) => JSON.stringify({ data: transcript(size) }),
    hostile: [...JSON_UNITS, nested],
  },
  {
    name: "the create call's answer",
    read: (text) =>
      createdAnswer.safeParse({ conversation_id: text, conversation_url: text, meeting_token: text }),
    harmless: repeated('recording', 'https://tavus.daily.co/'),
    hostile: ['https://', 'https:', 'https://a.', 'https://@', '@', 'c.', '%', '[', 'xn--', ' '].flatMap(
      (unit) => [repeated(unit), repeated(unit, 'https://')],
    ),
  },
  {
    name: 'what Tavus knows of conversations',
    read: (text) => [
      conversationAnswer.safeParse({
        conversation_id: text,
        callback_url: text,
        status: text,
        events: [text],
      }),
      listAnswer.safeParse({
        data: [{ conversation_id: text, conversation_name: text, callback_url: text }],
      }),
      startIdIn(text),
    ],
    harmless: repeated('0123456789abcdef', 'https://recordings.example.com/tavus/callback/'),
    hostile: [
      '/',
      '/tavus/',
      '/tavus/callback/',
      '/tavus/callback/0123abcd',
      `/tavus/callback/${START_ID}`,
      START_ID,
    ].map((unit) => repeated(unit)),
  },
  {
    name: "a callback's body",
    read: (text) => {
      const body = thrown(() => parseJson(text));
      return thrown(() => callbackPayload.parse(body));
    },
    harmless: (size) =>
      JSON.stringify({ conversation_id: 'c1', properties: { transcript: transcript(size) } }),
    hostile: [
      ...JSON_UNITS,
      nested,
      (size) => JSON.stringify({ conversation_id: 'c'.repeat(size), event_type: '.'.repeat(size) }),
      (size) => `{"conversation_id":"c1","properties":${nested(size)}}`,
      (size) => `{"conversation_id":"c1","properties":{"a":${nested(size)}}}`,
    ],
  },
  {
    name: 'where a recording is said to lie',
    read: (text) => [announcedRecording({ storage_uri: text, duration: text }), RECORDING_KEY.exec(text)],
    harmless: repeated('recording', 's3://acme-recordings/tavus/c1/', '/1780307900000'),
    hostile: [
      ...['s3://', 's3://a', 's3://a/', 's3:', '/', '\n'].map((unit) => repeated(unit)),
      ...['/', '\n', 's3://a/\n', 'a/\n'].map((unit) => repeated(unit, 's3://a/', '\n')),
      ...['tavus/', 'tavus/c/178030790000', 'tavus/c/1780307900000', 'c/1780307900000'].map((unit) =>
        repeated(unit, 'tavus/'),
      ),
    ],
  },
  {
    name: 'a word for the log',
    read: (text) => [plain(text), copyErrorCode({ error_code: text })],
    harmless: prose,
    hostile: ['?', '\u{1f4f9}', 'a?', ' ', '\n'].map((unit) => repeated(unit)),
  },
  {
    name: 'the body of a start',
    read: (text) => [
      judgeStart({ conversation_name: text }),
      judgeStart({ consent: { text_version: text, accepted_at: text, locale: text } }),
    ],
    // A name with an emoji: Zod counts the characters of such a text one by one.
    harmless: repeated('\u{1f4f9} Aufnahme '),
    hostile: [
      ...MASKED,
      ...[' ', '\n', 'a ', 'en-', 'en', '-', '\u00ad', '\ud83d'].map((unit) => repeated(unit)),
      ...['2026-', '0', '.0', '-11'].map((unit) => repeated(unit, '2026-11-22T10:00:00')),
      repeated('0', '2026-11-22T10:00:00.', 'x'),
      repeated('-a', 'en', '!'),
      repeated(' ', 'a', 'b'),
    ],
  },
  {
    name: 'field names that no body has',
    read: (text) => [
      judgeStart({ [text]: 1 }),
      judgeStart({ consent: { ...CONSENT, [text]: 1 } }),
      judgeEvent({ [text]: 1 }),
      judgeEnd({ [text]: 1 }),
    ],
    harmless: prose,
    hostile: MASKED,
  },
  {
    name: "a page's report",
    read: (text) => [
      judgeEvent({ event: text, at: text, message: text, page_token: text }),
      judgeEnd({ page_token: { a: text } }),
    ],
    harmless: prose,
    hostile: [...MASKED, ...['2026-', '0'].map((unit) => repeated(unit, '2026-11-22T10:00:00.'))],
  },
  {
    name: "e-mail addresses in a page's report",
    read: hideMailAddresses,
    harmless: prose,
    hostile: ['a', 'a@', '@', 'a.', 'a@a', 'a@.', '.a', '%40', 'a%40', 'a%', 'a@a.1'].map((unit) =>
      repeated(unit),
    ),
  },
  {
    name: 'an error in the log',
    read: (text) => log.error({ err: new Error(text, { cause: new Error(text) }) }, 'It broke'),
    harmless: prose,
    hostile: MASKED,
  },
  {
    name: 'the start key',
    read: (text) => thrown(() => assertMayStart({ config, signIn: undefined }, { authorization: text })),
    harmless: repeated('key', 'Bearer '),
    hostile: ['Bearer', 'Bearer ', ' ', START_KEY.slice(0, -1)].flatMap((unit) => [
      repeated(unit),
      repeated(unit, 'Bearer '),
      repeated(unit, 'Bearer ', '\n'),
    ]),
  },
  {
    name: 'the idempotency key',
    read: (key) => thrown(() => idempotency.of({ key, space: '', body: null }, NEVER_BEGUN)),
    harmless: letters,
    hostile: [' ', '!', '!\n', '\u007f'].map((unit) => repeated(unit)),
  },
  {
    name: 'the origin',
    read: (text) =>
      isSameOrigin({ origin: text, host: 'recordings.example.com' }, 'https://recordings.example.com'),
    harmless: repeated('recording', 'https://recordings.example.com/'),
    hostile: ['https://', 'https:', '@', '.', 'a.', ':', '[', '%', '/', '/..', 'xn--'].flatMap((unit) => [
      repeated(unit),
      repeated(unit, 'https://'),
    ]),
  },
  {
    name: 'the token of a callback',
    read: (text) => tokens?.isOurs(START_ID, text, 0),
    harmless: repeated('recording', 'abc.'),
    hostile: ['.', '0', '0.', 'a.b.', 'z.'].flatMap((unit) => [repeated(unit), repeated(unit, '0.')]),
  },
  {
    name: 'the token of a page',
    read: (text) => [pages.read('c1', text), pages.read(text, 'r.zzzzzz.x')],
    harmless: letters,
    hostile: ['r.', 'n.', '\n', 'r.0.'].flatMap((unit) => [repeated(unit), repeated(unit, 'r.zzzzzz.')]),
  },
  {
    name: "a caller's address",
    read: (text) =>
      callerAddress(
        { frontDoorId: START_ID },
        {
          headers: { 'x-azure-fdid': START_ID, 'x-azure-clientip': text },
          ip: text,
          socket: { remoteAddress: '' },
        },
      ),
    harmless: letters,
    hostile: ['1.', '1:', '[', ']', ':', 'f:', ' ', '1 '].flatMap((unit) => [
      repeated(unit),
      repeated(unit, '['),
    ]),
  },
  {
    name: "Tavus's Retry-After",
    read: retryAfterSec,
    harmless: repeated('0'),
    hostile: [' ', '1', '1 ', '\t'].flatMap((unit) => [repeated(unit), repeated(unit, '', 'x')]),
  },
  {
    name: 'an address in the settings',
    read: (text) => SETTINGS.TAVUS_API_BASE_URL.schema.safeParse(text),
    harmless: repeated('recording', 'https://tavusapi.com/'),
    hostile: ['/', '/a', 'a/'].flatMap((unit) => [
      repeated(unit, 'https://tavusapi.com/'),
      repeated(unit, 'https://tavusapi.com/', 'a'),
    ]),
  },
];
