import { defined } from '../../contract/defined';
import { VENDOR_ABSENT_SEC, VENDOR_MAX_CALL_SEC } from '../../contract/vendor-facts';
import type { Config } from '../config';
import type { FactOf } from '../ledger/facts';
import type { Expectation } from '../ledger/ledger';
import type { CallLimits } from '../tavus/config';
import { consentTextSha256 } from './consent';
import type { RecordingConsent, RecordingDecision, StartOptions } from './recording-decision';

/** Maximum length of a call in seconds. */
export const longestCallSec = ({ maxCallDurationSec = VENDOR_MAX_CALL_SEC }: CallLimits): number =>
  maxCallDurationSec;

/** Seconds after which Tavus ends a call without participants. */
export const absentSec = ({ participantAbsentTimeoutSec = VENDOR_ABSENT_SEC }: CallLimits): number =>
  participantAbsentTimeoutSec;

export interface ExpectedStart {
  readonly options: StartOptions;
  readonly decision: RecordingDecision;
  /** Epoch ms. */
  readonly atMs: number;
}

/** The facts recorded before the create call: what the start must produce, the consent, and the person. */
export function expectationOf(config: Config, { options, decision, atMs }: ExpectedStart): Expectation {
  const { recording, tavus, publicBaseUrl, callbackSecrets } = config;
  const storage = decision.enabled ? recording : undefined;
  const consent = decision.enabled ? options.consent : undefined;
  return {
    expected: {
      kind: 'expected',
      at: atMs,
      isRecorded: decision.enabled,
      ...(decision.enabled ? {} : { reason: decision.reason }),
      ...(consent === undefined ? {} : { consent: consentFact(consent, storage?.region) }),
      ...(storage === undefined
        ? {}
        : { storage: { bucket: storage.bucket, region: storage.region, ...storage.promised } }),
      longestCallSec: longestCallSec(tavus.limits),
      absentSec: absentSec(tavus.limits),
      callsBack: publicBaseUrl !== undefined && callbackSecrets.length > 0,
      ...(options.isProof ? { proof: true as const } : {}),
    },
    person: personOf(options, consent, atMs),
  };
}

function consentFact(consent: RecordingConsent, region: string | undefined): FactOf<'expected'>['consent'] {
  return {
    textVersion: consent.text_version,
    ...defined({ textSha256: consentTextSha256(consent.text_version, region) }),
    acceptedAt: consent.accepted_at,
  };
}

/** The signed-in user is only stored with a consent, to show who gave it. */
function personOf(
  { name, principal }: StartOptions,
  consent: RecordingConsent | undefined,
  at: number,
): FactOf<'person'> | undefined {
  const who = defined({
    name,
    locale: consent?.locale,
    principal: consent === undefined ? undefined : principal,
  });
  return Object.keys(who).length === 0 ? undefined : { kind: 'person', at, of: 'start', ...who };
}
