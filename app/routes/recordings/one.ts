import { consentText } from '../../../contract/consent-text';
import { defined } from '../../../contract/defined';
import type { Config } from '../../config';
import type { App } from '../../http/fastify-types';
import { notFound } from '../../http/problems';
import { factLines, FOUND_WORDS } from '../../ledger/fact-words';
import { factOf, factsOf, type Fact, type FactOf } from '../../ledger/facts';
import { lookUpStart, type StartDetails } from '../../ledger/look-up';
import type { KnownRecording } from '../../ledger/recordings';
import { stateOf, STATES } from '../../ledger/states';
import { noLinkReason } from '../../recordings/no-link';
import { CAUSES, isCause, runbookOf } from '../../watch/causes';
import type { AppContext } from '../app-context';
import { problems } from '../schemas';
import { isoTime, rowOf } from './list';
import type { ForOperators } from './operators';
import { one, oneParams, operatorHeaders } from './schemas';

/** Looks that found an object, newest first. */
const looksAt = (facts: readonly Fact[], key: string): readonly FactOf<'seen'>[] =>
  factsOf(facts, 'seen')
    .filter((look) => look.key === key && look.found !== 'nothing')
    .toReversed();

/** The versions seen of a recording, newest first, each with its latest check. */
export const versionsOf = (facts: readonly Fact[], key: string) => {
  const looks = looksAt(facts, key);
  return looks.filter(
    (look, index): look is FactOf<'seen'> & { versionId: string } =>
      look.versionId !== undefined &&
      looks.findIndex(({ versionId }) => versionId === look.versionId) === index,
  );
};

const WHEREABOUTS: Readonly<Record<KnownRecording['whereabouts'], string>> = {
  announced: 'Tavus announced it. The backend has not checked the bucket yet, or may not read it.',
  intact: 'Seen in the bucket, complete and playable.',
  flawed: 'Seen in the bucket, but with a fault.',
  lost: 'Tavus announced it, but it is not in the bucket.',
  gone: 'It was in the bucket, but disappeared before its expiry date.',
  expired: 'The bucket deleted it on its expiry date.',
  erased: 'An operator deleted it.',
};

function recordingOf(facts: readonly Fact[], recording: KnownRecording, access: Config['access']) {
  const { key, whereabouts, verified, startedMs, bytes, durationSec, expiresMs } = recording;
  const [look] = looksAt(facts, key);
  return {
    key,
    started_at: isoTime(startedMs),
    whereabouts,
    verified,
    verification: WHEREABOUTS[whereabouts],
    ...defined({
      size: bytes,
      duration_sec: durationSec,
      encryption: look?.encryption,
      key_arn: look?.keyArn,
      checksum: look?.checksum,
      expires_at: expiresMs === undefined ? undefined : isoTime(expiresMs),
    }),
    expiry_is_computed: look?.expiresMs === undefined,
    versions: versionsOf(facts, key).map(({ versionId, at, found }) => ({
      version_id: versionId,
      seen_at: isoTime(at),
      found: FOUND_WORDS[found],
    })),
    ...defined({ no_link: noLinkReason(facts, recording, access) }),
  };
}

function consentOf(facts: readonly Fact[]) {
  const { consent, storage } = factOf(facts, 'expected') ?? {};
  if (consent === undefined) return undefined;
  const { textVersion, textSha256, acceptedAt } = consent;
  const locale = factsOf(facts, 'person').find(({ of }) => of === 'start')?.locale;
  const text = consentText(textVersion, storage?.region);
  return {
    text_version: textVersion,
    ...defined({ text_sha256: textSha256 }),
    accepted_at: acceptedAt,
    ...defined({ locale, text: text === undefined ? undefined : Object.values<string>({ ...text }) }),
  };
}

function answerOf({ summary, facts }: StartDetails, access: Config['access']) {
  const { state, cause } = summary;
  return {
    ...rowOf(summary),
    meaning: STATES[state].meaning,
    ...(isCause(cause) && { ...defined({ check: CAUSES[cause].check }), runbook: runbookOf(cause) }),
    ...defined({ consent: consentOf(facts) }),
    recordings: stateOf(facts).recordings.map((recording) => recordingOf(facts, recording, access)),
    facts: factLines(facts).map(({ at, words }) => ({ at: isoTime(at), words })),
  };
}

/** `GET /recordings/api/conversations/:id`. */
export function addOne(app: App, { config, ledger }: AppContext, options: ForOperators): void {
  app.get(
    '/recordings/api/conversations/:id',
    {
      ...options,
      schema: {
        summary: 'Everything known about one conversation.',
        params: oneParams,
        headers: operatorHeaders,
        response: { 200: one, ...problems(401, 403, 404, 421, 429, 500, 503) },
      },
    },
    async ({ params: { id } }) => {
      const known = await lookUpStart(ledger, id);
      if (known === undefined) throw notFound();
      return answerOf(known, config.access);
    },
  );
}
