import { faultConfigSchema, type FaultOverrides } from '../../local/tavus/fault-config';
import { closeEverything, ON, openBoth } from './helpers';

afterEach(closeEverything);

const KEYED = { 'idempotency-key': '5d9a3c0e-7d0f-4e52-9d4b-3f0a6d2f8f10' };

/** A non-default value for every fault of the simulator. */
const FAULTS: Required<FaultOverrides> = {
  latencyMs: 0,
  apiFault: 'html-500',
  maxConcurrent: 0,
  concurrencyStatus: 429,
  planMaxCallSec: 60,
  endStatus: 204,
  secondEndStatus: 400,
  unknownCatalogueStatus: 400,
  personaShape: 'data',
  roomRecordingRefused: true,
  recordingStartMs: 1,
  contentType: 'video/mp4',
  workerCopyRegions: ['us-east-1'],
  workerCopyAttempts: 1,
  workerCopyRetryMs: 0,
  workerCopyRefused: true,
  replicaJoinedMs: 0,
  replicaNeverJoins: true,
  recordingReadyMs: 0,
  perceptionMs: 0,
  transcriptTimestamps: 'iso',
  duplicate: true,
  shuffle: true,
  shuffleWindowMs: 0,
  recordingReadyBeforeShutdown: true,
  drop: ['system.shutdown'],
  readyLogged: false,
  callbackDelayMs: 1000,
  foreignConversation: true,
};

test('all faults of the simulator are in the list', () => {
  expect(Object.keys(FAULTS).toSorted()).toEqual(Object.keys(faultConfigSchema.shape).toSorted());
});

test.each([...Object.entries(FAULTS), ['apiFault', '402']])(
  'three starts with one key are billed at most once: %s %j',
  async (name, value) => {
    const both = await openBoth(ON, {}, { faults: { [name]: value } });
    for (let retry = 0; retry < 3; retry += 1) await both.post('/tavus/start', {}, KEYED);
    await both.tavus.clock.advance(10_000);
    const { requests }: { requests: { status: number }[] } = JSON.parse(
      (await both.tavus.sim('/requests')).text,
    );
    expect(requests.filter(({ status: code }) => code === 200).length).toBeLessThanOrEqual(1);
  },
);
