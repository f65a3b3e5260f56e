import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { connection } from './processes';
import { startTestEmulator } from './support';

const portOf = (url: string): number => Number(new URL(url).port);
const onLinux = process.platform === 'linux' ? test : test.skip;

test('stop ends the process and frees both ports, and can be called twice', async () => {
  const { emulator, stop } = await startTestEmulator();
  await stop();
  await emulator.stop();
  expect(await emulator.exited).toMatchObject({ code: 0, signal: null });
  for (const url of [emulator.endpoint, emulator.plainEndpoint]) {
    await expect(connection(portOf(url))).rejects.toThrow('ECONNREFUSED');
  }
});

test('an emulator that ends by itself reports its exit and its log', async () => {
  const { emulator, stop } = await startTestEmulator();
  process.kill(emulator.pid, 'SIGKILL');
  expect(await emulator.exited).toMatchObject({ signal: 'SIGKILL', log: expect.any(String) });
  await stop();
});

test('it cannot be reached from another computer', async () => {
  const { emulator, stop } = await startTestEmulator();
  const external = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal);
  for (const address of external) {
    await expect(connection(portOf(emulator.endpoint), address?.address)).rejects.toThrow('ECONNREFUSED');
  }
  await stop();
});

onLinux('it listens only on its two ports, and not on 443 (HTTPS) or 8883 (MQTT)', onlyTwoPorts);

async function onlyTwoPorts(): Promise<void> {
  const { emulator, stop } = await startTestEmulator();
  const expected = [emulator.endpoint, emulator.plainEndpoint].map(portOf);
  expect(new Set(listening(emulator.pid))).toEqual(new Set(expected));
  await stop();
}

/** The ports that a process listens on, from Linux's /proc. */
function listening(pid: number): number[] {
  const LISTEN = '0A';
  const files = readdirSync(`/proc/${pid}/fd`);
  const sockets = new Set(files.map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === LISTEN && sockets.has(`socket:[${row[9]}]`))
      .map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16)),
  );
}
