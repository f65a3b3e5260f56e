import { clientOptions, rootOf } from '../../../local/aws/clients';

const emulator = {
  endpoint: 'https://localhost:1',
  plainEndpoint: 'http://localhost:2',
  region: 'us-east-1',
  runKey: 'a-run-key',
  certificatePem: '',
};

test("a client talks to the emulator's TLS port in its region, by path", () => {
  expect(clientOptions(emulator, rootOf(emulator, '111122223333'))).toMatchObject({
    endpoint: 'https://localhost:1',
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: '111122223333' },
  });
});

test('region and the port without TLS can be asked for', () => {
  expect(clientOptions(emulator, rootOf(emulator, '1'), { region: 'eu-west-1', plain: true })).toMatchObject({
    endpoint: 'http://localhost:2',
    region: 'eu-west-1',
  });
});
