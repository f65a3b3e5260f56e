import { CAUSES } from '../../../app/watch/causes';
import { awaitLanding } from '../../../ops/prove/landing';
import type { CallStatus } from '../../../ops/prove/backend-client';
import type { StepStopped } from '../../../ops/prove/steps';

const CALL = { conversationId: 'c1', pageToken: 'a page token' };

/** A backend with these responses in order; the last one is repeated. */
function backendWith(...answers: readonly (CallStatus | Error | undefined)[]) {
  let asked = 0;
  return {
    status: async (): Promise<CallStatus | undefined> => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const status = (recording: CallStatus['recording'], cause?: string): CallStatus => ({
  recording,
  recordings: [],
  ...(cause !== undefined && { cause }),
});

async function landing(...answers: readonly (CallStatus | Error | undefined)[]) {
  const words: string[] = [];
  const signal = AbortSignal.timeout(30_000);
  const options = { mostMs: 1_000, signal, onState: (text: string) => words.push(text) };
  const outcome = await awaitLanding(backendWith(...answers), CALL, options).catch(
    (error: StepStopped) => error,
  );
  return { outcome, words };
}

test('follows the recording until it has landed, despite a brief outage', async () => {
  const { outcome, words } = await landing(status('waiting'), new Error('HTTP 502'), status('landed'));
  expect(outcome).toMatchObject({ recording: 'landed' });
  expect(words).toEqual(['waiting', 'no answer: HTTP 502', 'landed']);
});

test("fails with the watch's cause, its sentence and its runbook link", async () => {
  const { sentence } = CAUSES['not-stored'];
  const { outcome } = await landing(status('missing', sentence));
  expect(outcome).toMatchObject({
    status: 'failed',
    found: `missing: ${sentence}`,
    fix: 'See docs/runbook.md#not-stored.',
    why: 'not-stored',
  });
});

test('a cause that this version does not know is printed unchanged', async () => {
  const { outcome } = await landing(status('partial', 'A newer backend says so.'));
  expect(outcome).toMatchObject({
    found: 'partial: A newer backend says so.',
    fix: 'See docs/runbook.md.',
    why: undefined,
  });
});

test.each(['no-call', 'not-expected', 'unwanted', 'gone'] as const)(
  'a recording that is %s has not landed',
  async (state) => {
    expect((await landing(status(state))).outcome).toMatchObject({ status: 'failed' });
  },
);

test('fails if the backend does not know the conversation, or no recording lands in time', async () => {
  expect((await landing(undefined)).outcome).toMatchObject({ status: 'failed' });
  const { outcome } = await landing(status('waiting'));
  expect(outcome).toMatchObject({ status: 'failed', found: 'waiting after 0 min' });
});
