import type { ConversationDetail, RecordingDetail } from './answers';
import { make, timeElement } from './elements';
import { badge, held } from './list-view';
import * as texts from './texts';

type Line = readonly [term: string, ...description: readonly (Node | string)[]];

const lines = (all: readonly (Line | undefined)[]): HTMLElement =>
  make(
    'dl',
    {},
    ...all
      .filter((line) => line !== undefined)
      .map(([term, ...description]) => make('div', {}, make('dt', {}, term), make('dd', {}, ...description))),
  );

const code = (words: string): HTMLElement => make('span', { class: 'code' }, words);
const small = (words: string): HTMLElement => make('p', { class: 'small' }, words);

function consentLine(consent: ConversationDetail['consent']): Line {
  if (consent === undefined) return ['Consent', 'none'];
  const { text_version: version, text_sha256: hash, accepted_at: at, locale, text } = consent;
  return [
    'Consent',
    `Text ${version}, accepted at ${texts.formatTime(at)}${locale === undefined ? '' : `, in ${locale}`}`,
    text === undefined
      ? small('A text of your own front end. This backend knows only its version.')
      : make('details', {}, make('summary', {}, 'The text'), ...text.map((words) => make('p', {}, words))),
    ...(hash === undefined ? [] : [small(`SHA-256 ${hash}`)]),
  ];
}

function describeExpiry({ expires_at: at, expiry_is_computed: isComputed }: RecordingDetail): string {
  if (at === undefined) return 'unknown';
  return `${texts.formatDay(at)}${isComputed ? ' (computed from the retention at the start)' : ' (reported by S3)'}`;
}

/** Encryption as found in the bucket. */
const encryptionLine = ({ encryption, key_arn: arn }: RecordingDetail): Line => [
  'Encryption',
  encryption === undefined ? 'not checked yet' : encryption === 's3' ? 'by S3 (SSE-S3)' : `by ${encryption}`,
  ...(arn === undefined ? [] : [make('p', { class: 'small code' }, arn)]),
];

const versionPicker = ({ versions }: RecordingDetail, id: string): HTMLElement | undefined =>
  versions.length < 2
    ? undefined
    : make(
        'select',
        { id, class: 'version' },
        ...versions.map(({ version_id: version, seen_at: at, found }) =>
          make('option', { value: version }, `Seen at ${texts.formatTime(at)}: ${found}`),
        ),
      );

function recordingElement(recording: RecordingDetail, number: number, count: number): HTMLElement {
  const { key, no_link: noLink } = recording;
  const id = `version-${number}`;
  const picker = versionPicker(recording, id);
  const title = count === 1 ? 'Recording' : `Recording ${number} of ${count}`;
  return make(
    'article',
    { class: 'card', 'data-key': key, 'aria-label': title },
    make('h3', {}, title),
    noLink === undefined ? undefined : make('p', { class: 'notice' }, `It cannot be played. ${noLink}`),
    picker && make('label', { for: id }, 'Version'),
    picker,
    noLink === undefined
      ? make(
          'div',
          { class: 'row' },
          make('button', { type: 'button', class: 'primary play' }, 'Play'),
          make('button', { type: 'button', class: 'download' }, 'Download'),
        )
      : undefined,
    make('div', { class: 'player' }),
    make('div', { class: 'says', role: 'status' }),
    lines([
      ['Verification', recording.verification],
      ['Began', timeElement(recording.started_at, texts.formatTime(recording.started_at))],
      recording.duration_sec === undefined
        ? undefined
        : ['Length', texts.formatLength(recording.duration_sec)],
      recording.size === undefined ? undefined : ['Size', texts.formatSize(recording.size)],
      encryptionLine(recording),
      recording.checksum === undefined ? undefined : ['Checksum', code(recording.checksum)],
      ['Kept until', describeExpiry(recording)],
      ['Key', code(key)],
    ]),
  );
}

function causeElement({ cause, check, runbook }: ConversationDetail): HTMLElement | undefined {
  if (cause === undefined) return undefined;
  return make(
    'div',
    { class: 'notice' },
    make('strong', {}, cause),
    check === undefined ? undefined : make('p', {}, `npx recordings doctor checks it: ${check}.`),
    runbook === undefined ? undefined : make('p', {}, 'What to do: ', code(runbook)),
  );
}

/** The view of one conversation. */
export function oneElements(one: ConversationDetail): readonly (Node | string)[] {
  const { recordings } = one;
  return [
    make(
      'div',
      { class: 'title' },
      make('h2', { tabindex: '-1' }, texts.titleOf(one)),
      badge(one.state),
      one.held === true ? held() : undefined,
    ),
    make('p', {}, one.meaning),
    ...[causeElement(one)].filter((element) => element !== undefined),
    ...recordings.map((recording, index) => recordingElement(recording, index + 1, recordings.length)),
    make(
      'div',
      { class: 'card' },
      make('h3', {}, 'Conversation'),
      lines([
        ['Conversation id', one.conversation_id === undefined ? 'none' : code(one.conversation_id)],
        ['Start id', code(one.start_id)],
        ['Started', timeElement(one.at, texts.formatTime(one.at))],
        consentLine(one.consent),
      ]),
    ),
    make(
      'div',
      { class: 'card' },
      make('h3', { id: 'facts' }, 'What happened'),
      make(
        'ol',
        { class: 'facts', 'aria-labelledby': 'facts' },
        ...one.facts.map(({ at, words }) =>
          make('li', {}, timeElement(at, texts.formatTime(at)), make('span', {}, words)),
        ),
      ),
    ),
  ];
}
