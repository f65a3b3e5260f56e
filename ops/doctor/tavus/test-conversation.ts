import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { VENDOR_ACCOUNT_ID, VENDOR_API_BASE_URL } from '../../../contract/vendor-facts';
import { createdAnswer } from '../../../app/tavus/answers';
import { createBody, type CreateConversationBody, type CreateConfig } from '../../../app/tavus/create-body';
import type { Exchange } from '../../../app/tavus/exchange';
import { endOrphan } from '../../../app/tavus/orphan';
import { isUnknownOutcome } from '../../../app/tavus/outcome';
import type { OutputMask } from '../../mask';
import { fail, ok, unknown, warn, type CheckOutcome } from '../check-result';
import type { RoleState } from '../role/state';
import type { DoctorTavus } from './client';
import { describeExchange } from './judge';

const EXPECTED = 'Tavus creates a test conversation with these settings';

/**
 * Creates a conversation as the backend would, but without callback and with `test_mode`, and ends it. `test_mode`
 * costs nothing, has no replica and uses no slot (documented).
 *
 * It is disputed whether Tavus checks the role in this mode (2026-11), so a success proves less than a refusal.
 */
export async function testConversation(
  tavus: DoctorTavus,
  config: CreateConfig,
  { role, mask }: { readonly role: () => Promise<RoleState>; readonly mask: OutputMask },
): Promise<CheckOutcome> {
  const startId = randomBytes(8).toString('hex');
  const body: CreateConversationBody & { readonly test_mode: true } = {
    ...createBody(config, {
      startId,
      name: 'recordings doctor',
      isRecorded: config.recording !== undefined,
      callbackUrl: undefined,
    }),
    test_mode: true,
  };
  const exchange = await tavus.createConversation(body);
  const created = createdAnswer.safeParse(bodyOf(exchange));
  if (created.success && isSuccess(exchange)) {
    return ended(tavus, created.data.conversation_id, exchange, config.recording !== undefined, mask);
  }
  const { type, found, fix } = describeExchange(exchange, mask);
  if (type === 'tavus-role') return { ...roleRefused(found, fix, await role()), isRetryable: true };
  if (!isUnknownOutcome(exchange)) {
    return exchange.kind === 'not-sent' ? unknown(found, EXPECTED, fix) : fail(found, EXPECTED, fix);
  }
  const orphan = await endOrphan(tavus, startId, { now: Date.now, sleep: (ms) => sleep(ms) });
  return orphan.kind === 'not-ended'
    ? fail(`${found}; it is running and could not be ended`, EXPECTED, endCommand(orphan.conversationId))
    : unknown(found, EXPECTED, fix);
}

/**
 * Possible cause when trust, session and ARN are right. AWS shows these policies only to the organisation's management
 * account.
 */
const ORGANISATION_POLICY =
  "a resource control policy of the organisation that denies AssumeRole to other accounts. AWS's simulation does not include " +
  'such policies. Ask the administrator of the organisation to exempt Tavus in the Condition of the Deny: ' +
  `"StringNotEqualsIfExists":{"aws:PrincipalAccount":"${VENDOR_ACCOUNT_ID}"}.`;

function roleRefused(found: string, fix: string, role: RoleState): CheckOutcome {
  if (role === 'wrong') return fail(found, EXPECTED, fix);
  return role === 'right'
    ? fail(
        `${found}, although trust, session and ARN of the role are right`,
        EXPECTED,
        `The cause may be ${ORGANISATION_POLICY} A role that is only seconds old is refused too: try again once.`,
      )
    : fail(found, EXPECTED, `${fix} If the role is right, the cause may be ${ORGANISATION_POLICY}`);
}

/** Status in the answer: `ended` for a test conversation (documented), another one for a billed call. */
const STATUS = z.object({ status: z.unknown() });

const bodyOf = (exchange: Exchange): unknown => (exchange.kind === 'answered' ? exchange.body : undefined);
const isSuccess = (exchange: Exchange): boolean => exchange.kind === 'answered' && exchange.status < 300;

const endCommand = (id: string): string =>
  `Run \`curl -X POST -H "x-api-key: <TAVUS_API_KEY>" ${VENDOR_API_BASE_URL}/conversations/${id}/end\` (in Windows PowerShell curl.exe).`;

async function ended(
  tavus: DoctorTavus,
  id: string,
  created: Exchange,
  isRecorded: boolean,
  mask: OutputMask,
): Promise<CheckOutcome> {
  const { status } = STATUS.parse(bodyOf(created));
  const end = await tavus.endConversation(id);
  const storage = isRecorded
    ? 'with the role and bucket'
    : 'without role and bucket, which the settings lack';
  // A test conversation is ended already, so the answer to our request does not matter.
  if (status === 'ended') return ok(`created ${storage}, and ended`, EXPECTED);
  const found = `created ${storage}, but its status is ${String(status)}`;
  return isSuccess(end)
    ? warn(`${found}; it was ended`, `${EXPECTED}, that is ended at once`, 'Ask Tavus whether it was billed.')
    : fail(`${found}; ending it: ${describeExchange(end, mask).found}`, EXPECTED, endCommand(id));
}
