import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { VENDOR_ACCOUNT_ID, VENDOR_API_BASE_URL } from '../../../contract/vendor-facts';
import { createdAnswer } from '../../../app/tavus/answers';
import { createBody, type CreateBody, type CreateConfig } from '../../../app/tavus/create-body';
import type { Exchange } from '../../../app/tavus/exchange';
import { endOrphan } from '../../../app/tavus/orphan';
import { isUnknownOutcome } from '../../../app/tavus/outcome';
import type { Mask } from '../../mask';
import { fail, ok, unknown, warn, type CheckOutcome } from '../check-result';
import type { RoleState } from '../role/state';
import type { DoctorTavus } from './client';
import { describeExchange } from './judge';

const EXPECTED = 'Tavus makes a test conversation with these settings';

/**
 * Makes a conversation with everything that the backend would send, but for the callback, and with `test_mode`, which costs nothing, joins no replica and takes no slot (documented), and ends it.
 *
 * Whether Tavus looks at the role for it is disputed (2026-11), so a success proves less than a refusal.
 */
export async function testConversation(
  tavus: DoctorTavus,
  config: CreateConfig,
  { role, mask }: { readonly role: () => Promise<RoleState>; readonly mask: Mask },
): Promise<CheckOutcome> {
  const startId = randomBytes(8).toString('hex');
  const body: CreateBody & { readonly test_mode: true } = {
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
    ? fail(`${found}; it runs, and could not be ended`, EXPECTED, endBy(orphan.conversationId))
    : unknown(found, EXPECTED, fix);
}

/** What forbids it although trust, session and ARN are right: AWS shows these policies to the organisation's own account alone. */
const ORGANISATION =
  "an organisation's policy: a resource control policy that lets nobody outside assume roles. AWS's simulation does not know " +
  'these. Have whoever administers the organisation except Tavus from it, in the Condition of the Deny: ' +
  `"StringNotEqualsIfExists":{"aws:PrincipalAccount":"${VENDOR_ACCOUNT_ID}"}.`;

function roleRefused(found: string, fix: string, role: RoleState): CheckOutcome {
  if (role === 'wrong') return fail(found, EXPECTED, fix);
  return role === 'right'
    ? fail(
        `${found}, though trust, session and ARN of the role are right`,
        EXPECTED,
        `It may be ${ORGANISATION} A role that is seconds old is refused too: try again once.`,
      )
    : fail(found, EXPECTED, `${fix} If the role is right, it may be ${ORGANISATION}`);
}

/** The create answer's field that tells a test from a call that bills (documented: `ended` for a test). */
const STATUS = z.object({ status: z.unknown() });

const bodyOf = (exchange: Exchange): unknown => (exchange.kind === 'answered' ? exchange.body : undefined);
const isSuccess = (exchange: Exchange): boolean => exchange.kind === 'answered' && exchange.status < 300;

const endBy = (id: string): string =>
  `Run \`curl -X POST -H "x-api-key: <TAVUS_API_KEY>" ${VENDOR_API_BASE_URL}/conversations/${id}/end\` (in Windows PowerShell curl.exe).`;

async function ended(
  tavus: DoctorTavus,
  id: string,
  created: Exchange,
  isRecorded: boolean,
  mask: Mask,
): Promise<CheckOutcome> {
  const { status } = STATUS.parse(bodyOf(created));
  const end = await tavus.endConversation(id);
  const words = isRecorded
    ? 'with the role and bucket'
    : 'without a role and bucket, which the settings lack';
  // It says by itself that it has ended; then the answer to our end does not matter.
  if (status === 'ended') return ok(`made ${words}, and ended`, EXPECTED);
  const found = `made ${words}, but its status is ${String(status)}`;
  return isSuccess(end)
    ? warn(`${found}; it was ended`, `${EXPECTED}, that is ended at once`, 'Ask Tavus whether it was billed.')
    : fail(`${found}; ending it: ${describeExchange(end, mask).found}`, EXPECTED, endBy(id));
}
