import type { OutputMask } from '../../mask';
import { ok, unknown, warn, type Check, type CheckOutcome } from '../check-result';
import type { DoctorTavus } from './client';
import { judgeApiKey, judgePersona, judgeReplica, type FoundPersona } from './judge';
import type { CreateConfig } from '../../../app/tavus/create-body';
import type { RoleState } from '../role/state';
import { testConversation } from './test-conversation';

/** What the checks of Tavus need. */
export interface TavusSubject {
  readonly tavus: DoctorTavus;
  readonly replicaId: string | undefined;
  readonly personaId: string | undefined;
  /** Undefined without --create-test-conversation. */
  readonly testConfig: CreateConfig | undefined;
  /** State of the role that Tavus assumes. */
  readonly role: () => Promise<RoleState>;
  readonly mask: OutputMask;
}

/** Longer than its three steps together: a conversation without a known id has to be found first. */
const TEST_TIMEOUT_MS = 60_000;

const check = (id: string, run: Check['run']): Check => ({
  id,
  topic: 'tavus',
  asks: 'Tavus',
  run,
});

const NO_PERSONA = "not set: the replica's default";

/**
 * @param reason why Tavus cannot be reached
 */
export const noTavusChecks = (reason: string, createsTestConversation: boolean): Check[] =>
  [
    'tavus-key',
    'tavus-replica',
    'tavus-persona',
    ...(createsTestConversation ? ['tavus-test-conversation'] : []),
  ].map((id) => check(id, () => unknown(reason, "Tavus's answer")));

export function tavusChecks(subject: TavusSubject): Check[] {
  const { tavus, personaId, testConfig, role, mask } = subject;
  const persona =
    personaId === undefined
      ? undefined
      : tavus.getPersona(personaId).then((exchange) => judgePersona(exchange, mask));
  return [
    check('tavus-key', async () => judgeApiKey(await tavus.listOne(), mask)),
    check('tavus-replica', () => replica(subject, persona)),
    persona === undefined
      ? // Makes no request, so it must not count as an answer of Tavus.
        {
          id: 'tavus-persona',
          topic: 'tavus',
          run: () => ok(NO_PERSONA, 'a persona, or none beside a replica'),
        }
      : check('tavus-persona', async () => (await persona).outcome),
    ...(testConfig === undefined
      ? []
      : [
          {
            ...check('tavus-test-conversation', () => testConversation(tavus, testConfig, { role, mask })),
            timeoutMs: TEST_TIMEOUT_MS,
          },
        ]),
  ];
}

/** Checks the replica of the settings, or else the persona's default. */
async function replica(
  { tavus, replicaId, mask }: TavusSubject,
  persona: Promise<FoundPersona> | undefined,
): Promise<CheckOutcome> {
  if (replicaId !== undefined)
    return judgeReplica(await tavus.getReplica(replicaId), 'TAVUS_REPLICA_ID', mask);
  const expected = 'a replica, or a persona with a default replica';
  const found = await persona;
  if (found === undefined) return unknown('neither TAVUS_REPLICA_ID nor TAVUS_PERSONA_ID is known', expected);
  if (found.outcome.status !== 'ok') return unknown('it depends on the persona', expected);
  return found.replicaId === undefined
    ? warn('the persona has no default replica', expected, 'Set TAVUS_REPLICA_ID.')
    : judgeReplica(await tavus.getReplica(found.replicaId), 'the default replica of TAVUS_PERSONA_ID', mask);
}
