import { untilGone } from '../../aws/processes';
import { askWithoutPause, logged, revision, startSupervisor, type RunningSupervisor } from './support';

// Starting a process can be slow on a busy computer.
jest.setTimeout(30_000);

let running: RunningSupervisor;
beforeEach(async () => {
  running = await startSupervisor();
});
afterEach(async () => running.stop());

const named = (name: string) => revision('ready', { name, environment: { PORT: '8080', NAME: name } });

test('a revision has exactly the injected environment', async () => {
  const environment = { PORT: '8080', NAME: 'first', EMPTY: '' };
  await running.supervisor.replace(revision('ready', { environment }));
  const entries: [string, string][] = JSON.parse(await running.ask('/env'));
  // macOS adds variables with this prefix to every process.
  const injected = entries.filter(([name]) => !name.startsWith('__CF_'));
  expect(Object.fromEntries(injected)).toEqual(environment);
});

test('a revision with two replicas has two processes, which get requests in turn', async () => {
  await running.supervisor.replace(revision('ready', { replicas: 2 }));
  const [one, other, again] = [
    await running.ask('/pid'),
    await running.ask('/pid'),
    await running.ask('/pid'),
  ];
  expect(new Set([Number(one), Number(other)])).toEqual(new Set(running.pids()));
  expect(running.pids()).toHaveLength(2);
  expect(again).toBe(one);
});

test('no request fails while a new revision replaces the old one', async () => {
  await running.supervisor.replace(named('first'));
  const finish = askWithoutPause(running);
  await running.supervisor.replace(named('second'));
  const names = [...(await finish()), await running.ask('/name')];
  expect(new Set(names)).toEqual(new Set(['first', 'second']));
  expect(names).toEqual(names.toSorted());
});

test('the old revision finishes its requests', async () => {
  await running.supervisor.replace(named('first'));
  const slow = running.ask('/slow');
  await logged(running, 'a slow request came');
  await running.supervisor.replace(named('second'));
  await expect(slow).resolves.toBe('first');
  const [first = 0] = running.pids();
  await untilGone(first);
  expect(running.supervisor.log().match(/SIGTERM/g)).toHaveLength(1);
});

test('a process that does not end in its grace period is killed', async () => {
  await running.supervisor.replace(revision('stubborn', { graceSeconds: 0.2 }));
  await running.supervisor.replace(named('second'));
  const [stubborn = 0] = running.pids();
  await untilGone(stubborn);
  expect(running.supervisor.log()).toContain('SIGTERM');
  expect(await running.ask('/name')).toBe('second');
});

test('stopping lets a running request finish, and then refuses new ones', async () => {
  await running.supervisor.replace(named('first'));
  const slow = running.ask('/slow');
  await logged(running, 'a slow request came');
  await running.supervisor.stop();
  await expect(slow).resolves.toBe('first');
  await expect(running.ask('/name')).rejects.toThrow('fetch failed');
});

test('stopping ends every process, also one that is still starting', async () => {
  await running.supervisor.replace(named('first'));
  const starting = running.supervisor.replace(revision('never-ready'));
  const failure = starting.catch((error: unknown) => String(error));
  await logged(running, '\npid ');
  await running.supervisor.stop();
  expect(await failure).toContain('did not become ready, got that it ended by itself');
  expect(running.pids()).toHaveLength(2);
  for (const pid of running.pids()) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
