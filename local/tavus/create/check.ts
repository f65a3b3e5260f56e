import { ApiError } from '../api-error';
import type { SimulatedConversation } from '../conversation';
import { newConversationId, newMeetingToken } from '../ids';
import type { Settings } from '../options';
import type { SimulatorCloud } from '../storage/cloud';
import { checkRole } from '../storage/role-check';
import { EXTERNAL_ID, TEXT } from '../vendor';
import { chooseReplica } from './replica';
import { parseCreateBody, type CreateBody } from './schema';
import { readStorage, type StorageConfig } from './storage-config';

/** What a create request is checked against. */
export interface CreateContext {
  readonly cloud: SimulatorCloud;
  readonly settings: Settings;
  readonly slotsTaken: (apiKey: string) => number;
  readonly now: () => number;
  readonly roomBaseUrl: () => string;
}

/**
 * Checks a create request and returns the new conversation.
 *
 * Reports the first failure, in this order (assumption): JSON, types, replica and persona, storage, role,
 * concurrency. Like the vendor, it does not check the bucket, its region and encryption, or the role's S3
 * permissions.
 *
 * @throws ApiError
 */
export async function checkCreate(
  context: CreateContext,
  apiKey: string,
  rawBody: string,
): Promise<SimulatedConversation> {
  const { faults } = context.settings;
  const parsed = parseCreateBody(parseObject(rawBody));
  if ('problem' in parsed) throw new ApiError(400, { error: parsed.problem });
  const { body } = parsed;

  const { replicaId, personaId } = chooseReplica(body, context.settings);

  const storage = readStorage(body.properties);
  if ('problem' in storage) throw new ApiError(400, { error: storage.problem });
  await checkStorage(context, storage.config);

  if (body.test_mode !== true && context.slotsTaken(apiKey) >= faults.maxConcurrent) {
    throw new ApiError(faults.concurrencyStatus, { message: TEXT.concurrency });
  }
  return newConversation(context, apiKey, body, { replicaId, personaId, storage: storage.config });
}

function parseObject(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, { error: 'The request body is not valid JSON.' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ApiError(400, { error: 'The request body is not a JSON object.' });
}

async function checkStorage(context: CreateContext, storage: StorageConfig | undefined): Promise<void> {
  if (storage?.provider !== 's3') return;
  const check = await checkRole(context.cloud, storage.assume_role_arn, storage.external_id ?? EXTERNAL_ID);
  if (!check.ok) throw new ApiError(400, { error: TEXT.role }, check.sentence);
}

interface ResolvedRequest {
  readonly replicaId: string;
  readonly personaId: string;
  readonly storage: StorageConfig | undefined;
}

const DEFAULT_MAX_CALL_SEC = 3_600;
const DEFAULT_ABSENT_SEC = 300;

function newConversation(
  context: CreateContext,
  apiKey: string,
  body: CreateBody,
  resolved: ResolvedRequest,
): SimulatedConversation {
  const now = context.now();
  const id = newConversationId();
  const { properties } = body;
  const { planMaxCallSec } = context.settings.faults;
  const testMode = body.test_mode ?? false;
  return {
    id,
    apiKey,
    name: body.conversation_name ?? `New Conversation ${now}`,
    url: `${context.roomBaseUrl()}/${id}`,
    callbackUrl: body.callback_url ?? '',
    ...resolved,
    context: body.conversational_context ?? '',
    ...(body.require_auth === true ? { meetingToken: newMeetingToken() } : {}),
    testMode,
    recordingEnabled: properties.enable_recording ?? false,
    limits: {
      absentSec: properties.participant_absent_timeout ?? DEFAULT_ABSENT_SEC,
      leftSec: properties.participant_left_timeout ?? 0,
      maxSec: Math.min(properties.max_call_duration ?? DEFAULT_MAX_CALL_SEC, planMaxCallSec ?? Infinity),
      maxParticipants: body.max_participants ?? Infinity,
    },
    createdAtMs: now,
    updatedAtMs: now,
    status: testMode ? 'ended' : 'active',
    deleted: false,
    hardDeleted: false,
    log: [],
    deliveries: [],
    participants: [],
    everJoined: false,
    replicaJoined: false,
    roomEvents: [],
    recordings: [],
  };
}
