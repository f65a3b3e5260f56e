import { defined } from '../../contract/defined';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { TAVUS_EVENTS, type FactOf } from '../ledger/facts';
import { announcedRecording, copyErrorCode, plain, shutdownReason, type CallbackPayload } from './payload';

export interface CallbackCircumstances {
  /** The bucket sent to Tavus at the start; undefined when nothing is recorded. */
  readonly bucket: string | undefined;
  /** Epoch ms. */
  readonly at: number;
  readonly via: FactOf<'callback'>['via'];
}

type Recording = NonNullable<FactOf<'callback'>['recording']>;

/** The part of a callback that we store: never a transcript, a perception or an address. */
export function callbackFact(
  payload: CallbackPayload,
  { bucket, at, via }: CallbackCircumstances,
): FactOf<'callback'> {
  const { conversation_id: conversationId, event_type: type = 'none', timestamp, properties } = payload;
  return {
    kind: 'callback',
    at,
    conversationId,
    event: plain(type),
    via,
    ...defined({ timestamp, recording: recordingIn(payload, bucket) }),
    ...(type === TAVUS_EVENTS.shutdown ? { reason: shutdownReason(properties) } : {}),
    ...(type === TAVUS_EVENTS.copyFailed ? { reason: copyErrorCode(properties) } : {}),
  };
}

/**
 * Checks that an announced recording is in the bucket and folder that we asked for. The announcement alone proves nothing.
 */
function recordingIn(
  { conversation_id: conversationId, event_type: type, properties }: CallbackPayload,
  bucket: string | undefined,
): Recording | undefined {
  if (type !== TAVUS_EVENTS.ready && type !== TAVUS_EVENTS.copyFailed) return undefined;
  const announced = announcedRecording(properties);
  const isOurs = RECORDING_KEY.exec(announced.key ?? '')?.groups?.['conversationId'] === conversationId;
  const key = isOurs ? announced.key : undefined;
  const wrong = [
    ...(announced.provider === 's3' ? [] : ['provider']),
    ...(bucket !== undefined && announced.bucket === bucket ? [] : ['bucket']),
    ...(key === undefined ? ['key'] : []),
  ];
  return { ...defined({ key, durationSec: announced.durationSec }), wrong };
}
