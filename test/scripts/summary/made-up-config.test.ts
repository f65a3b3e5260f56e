import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { madeUpConfig } from '../../../scripts/summary/made-up-config';
import { parseHandOver } from '../../../contract/hand-over';
import { readConfig } from '../../../infra-azure/config';
import { configured } from '../../infra-azure/samples';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tavus-recordings-made-up-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const commit = (config: string): void =>
  writeFileSync(path.join(folder, 'Pulumi.prod.yaml'), `secretsprovider: x\n${config}`);

test('the program has nothing against it, and its backend records', () => {
  const { config, secretKeys } = madeUpConfig(folder, 'prod', folder);
  const read = readConfig(configured(config, secretKeys), 'prod');
  expect(read.problems).toEqual([]);
  expect(read.recording).toEqual({
    handOverFile: config['handOverFile'],
    awsAccount: config['awsAccount'],
    awsRegion: config['awsRegion'],
  });
  const handOver = parseHandOver(readFileSync(String(config['handOverFile']), 'utf8'), {
    environment: 'prod',
  });
  expect([handOver.account, handOver.region]).toEqual([config['awsAccount'], config['awsRegion']]);
});

test('what is committed for the stack counts, with numbers and truth values as text', () => {
  commit(
    'config:\n  tavus-recordings:location: northeurope\n  tavus-recordings:port: 80\n  tavus-recordings:easyAuth: true\n',
  );
  expect(madeUpConfig(folder, 'prod', folder).config).toMatchObject({
    location: 'northeurope',
    port: '80',
    easyAuth: 'true',
  });
  expect(madeUpConfig(folder, 'dev', folder).config).not.toHaveProperty('location');
});

test('what is encrypted, or for somebody else, is not taken, and what only a deployment has is made up', () => {
  const made = madeUpConfig(folder, 'prod', folder);
  commit(
    'config:\n  azure-native:location: northeurope\n  tavus-recordings:alertEmail:\n    secure: v1:abc\n' +
      '  tavus-recordings:image: x\n  tavus-recordings:awsAccount: "999999999999"\n',
  );
  expect(madeUpConfig(folder, 'prod', folder)).toEqual(made);
});

test('a stack file without configuration is one', () => {
  const made = madeUpConfig(folder, 'prod', folder);
  commit('');
  expect(madeUpConfig(folder, 'prod', folder)).toEqual(made);
});
