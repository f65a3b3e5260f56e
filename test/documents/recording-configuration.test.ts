import { parseEnv } from 'node:util';
import { setupFiles, keyFiles } from '../../scripts/manual-setup/files';
import { bucketAndRole, synthesize } from '../../scripts/manual-setup/stack';
import { announcedRecording, callbackPayload } from '../../app/callbacks/payload';
import { parseHandOver } from '../../contract/hand-over';
import { SETTING_NAMES } from '../../contract/settings';
import { RECORDING_KEY } from '../../contract/vendor-facts';
import { recordingLine, startUpLines } from '../../app/log/start-up';
import { readConfig } from '../../app/config';
import { FAULTS } from '../../local/faults';
import { fakeAws, ROLE_ARN } from '../ops/fake-aws';
import { allChecks } from '../../ops/doctor/checks';
import { ClockSkew } from '../../ops/doctor/clock';
import { judgeSettings } from '../../ops/doctor/settings/read';
import { doctorTavus } from '../../ops/doctor/tavus/client';
import { commandsOf, parseGuide, read } from './guide';

const text = read('RECORDING_CONFIGURATION.md');
const guide = parseGuide('RECORDING_CONFIGURATION.md', text);
const files = [...setupFiles('s3'), ...keyFiles()];
const json = guide.fences.filter(({ language }) => language === 'json');
const commands = guide.fences.filter(({ language }) => language === 'sh').flatMap(commandsOf);

describe('every policy and rule of the guide', () => {
  test('is in a file generated from the stack, not in the guide', () => {
    expect(json.filter(({ body }) => /"(?:Statement|Rules|Effect|Condition|Status)"/.test(body))).toEqual([]);
  });

  test('is used by a command, and every file of a command is generated', () => {
    const given = commands.flatMap((words) => words.filter((word) => word.startsWith('file://')));
    expect(given.toSorted()).toEqual(files.map(({ name }) => `file://${name}`).toSorted());
  });

  test("is next to the stack's longest session", () => {
    const create = commands.find((words) => words.includes('create-role')) ?? [];
    const { MaxSessionDuration: longest } = bucketAndRole(synthesize('s3')).role;
    expect(create[create.indexOf('--max-session-duration') + 1]).toBe(JSON.stringify(longest));
  });
});

/** Ids of all checks of the doctor, without running them. */
async function doctorIds(): Promise<ReadonlySet<string>> {
  const { values, checks } = judgeSettings([
    {
      label: 'the test',
      values: {
        TAVUS_AWS_ASSUME_ROLE_ARN: ROLE_ARN,
        RECORDINGS_READER_ROLE_ARN: ROLE_ARN,
        RECORDINGS_HOLDS_BUCKET_NAME: 'acme-holds',
      },
    },
  ]);
  const tavus = doctorTavus({ apiKey: 'none', baseUrl: 'http://127.0.0.1:9' }, () => undefined);
  const all = allChecks({
    values,
    sources: [],
    deployed: {
      environment: 'prod',
      file: 'cdk-outputs.json',
      handOver: undefined,
      promised: undefined,
      backend: undefined,
    },
    audience: undefined,
    aws: fakeAws({}),
    tavus,
    clocks: { aws: new ClockSkew(), tavus: new ClockSkew() },
    createsTestConversation: true,
    mask: (words) => words,
  });
  await tavus.close();
  return new Set([...checks, ...all].map(({ id }) => id));
}

describe('the list of requirements', () => {
  const section = text.slice(text.indexOf('## What has to be right'), text.indexOf('## By CDK'));
  const ends = [...section.matchAll(/^- .*: (`[^:]+`)$/gm)].map(([, end = '']) => end);
  const named = ends.flatMap((end) => [...end.matchAll(/`([^`]+)`/g)].map(([, id = '']) => id));

  test('names every check of the doctor, and no other', async () => {
    const ids = new Set([...(await doctorIds()), 'hand-over']);
    const settings: readonly string[] = SETTING_NAMES;
    expect([...ids].filter((id) => !named.includes(id) && !settings.includes(id))).toEqual([]);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('has every check that another section names', async () => {
    const ids = await doctorIds();
    const prefixes = /^(?:bucket|role|key|tavus|callback|clock|account|aws)-[a-z-]+$/;
    const elsewhere = guide.spans.map(({ text: span }) => span).filter((span) => prefixes.test(span));
    expect(elsewhere.filter((id) => !ids.has(id))).toEqual([]);
  });
});

test('every fault of the laptop cloud is named with its cause', () => {
  const symptoms = text.slice(text.indexOf('## When something is wrong'));
  const listed = [...symptoms.matchAll(/`--break ([\w-]+)`/g)].map(([, name = '']) => name);
  expect(listed.toSorted()).toEqual(Object.keys(FAULTS).toSorted());
});

describe("the guide's examples to copy", () => {
  const block = (part: string): string => json.find(({ body }) => body.includes(part))?.body ?? '';

  test('include a hand-over that the Pulumi program accepts', () => {
    expect(parseHandOver(block('ContractVersion'), { environment: 'dev' }).settings).toMatchObject({
      TAVUS_RECORDING_S3_BUCKET_NAME: 'acme-recordings',
    });
  });

  test('include settings with which the backend starts, and logs the lines of the guide', () => {
    const settings = parseEnv(guide.fences.find(({ language }) => language === 'ini')?.body ?? '');
    const config = readConfig({ TAVUS_API_KEY: 'tvsk_example', TAVUS_REPLICA_ID: 'r1', ...settings });
    const example = guide.fences.find(({ language }) => language === 'text')?.body ?? '';
    expect(startUpLines(config)).toEqual(example.split('\n'));
  });

  test('include a callback that the backend accepts', () => {
    const { conversation_id: id, properties } = callbackPayload.parse(JSON.parse(block('recording_ready')));
    const { bucket, key, durationSec, provider } = announcedRecording(properties);
    expect([provider, bucket, durationSec]).toEqual(['s3', 'acme-recordings', 63]);
    expect(RECORDING_KEY.exec(key ?? '')?.groups?.['conversationId']).toBe(id);
  });

  test('include only log lines that the backend has', () => {
    expect(text).toContain(`\`${recordingLine('acme-recordings')}\``);
    expect(text).toContain(`\`${recordingLine(undefined)}\``);
  });
});
