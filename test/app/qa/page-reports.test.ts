import { pageReports, sendReportsTo, type PageReport, type PageSignals } from '../../../app/qa/page-reports';

/** A fake browser whose events and time the test controls. */
function fakeBrowser() {
  const handlers = { back: new Set<() => void>(), hide: new Set<() => void>() };
  const timers = new Map<() => void, number>();
  const listen = (set: Set<() => void>) => (handler: () => void) => {
    set.add(handler);
    return () => void set.delete(handler);
  };
  const signals: PageSignals = {
    onBack: listen(handlers.back),
    onHide: listen(handlers.hide),
    after(ms, callback) {
      timers.set(callback, ms);
      return () => void timers.delete(callback);
    },
  };
  const fire = (which: keyof typeof handlers): void => {
    for (const handler of handlers[which]) handler();
  };
  const passPause = (): number | undefined => {
    const [timer] = timers;
    if (timer === undefined) return undefined;
    const [callback, ms] = timer;
    timers.delete(callback);
    callback();
    return ms;
  };
  const listeners = (): number => handlers.back.size + handlers.hide.size;
  return { signals, back: () => fire('back'), hide: () => fire('hide'), passPause, listeners };
}

/** A backend that can be unreachable. */
function told() {
  const browser = fakeBrowser();
  const sent: PageReport[] = [];
  const backend = { isAway: false };
  const reports = pageReports(async (report) => {
    sent.push(report);
    if (backend.isAway) throw new Error('offline');
  }, browser.signals);
  return { ...browser, sent, backend, reports, events: () => sent.map(({ event }) => event) };
}

test('sends each report once, in order, with its time and its ids', async () => {
  const { reports, sent } = told();
  reports.tell({ event: 'joined' });
  reports.tell({ event: 'recording-started', recordingId: 'r', instanceId: 'i' });
  reports.tell({ event: 'left', message: 'Meeting is full' });
  await reports.tried();
  const uuid = expect.stringMatching(/^[\da-f]{8}-[\da-f-]{27}$/);
  const all = { at: expect.stringMatching(/^\d{4}-.*Z$/), report_id: uuid, page_session: uuid };
  expect(sent).toEqual([
    { event: 'joined', ...all },
    { event: 'recording-started', recording_id: 'r', instance_id: 'i', ...all },
    { event: 'left', message: 'Meeting is full', ...all },
  ]);
  expect(new Set(sent.map(({ report_id: id }) => id)).size).toBe(3);
  expect(new Set(sent.map(({ page_session: id }) => id)).size).toBe(1);
});

test.each(['back', 'passPause'] as const)(
  'resends a failed report first, with the same id and time, by %s',
  async (how) => {
    const one = told();
    one.backend.isAway = true;
    one.reports.tell({ event: 'joined' });
    await one.reports.tried();
    one.backend.isAway = false;
    const [first] = one.sent.splice(0);
    one[how]();
    one.reports.tell({ event: 'asked' });
    await one.reports.tried();
    expect(one.events()).toEqual(['joined', 'asked']);
    expect(one.sent[0]).toEqual(first);
  },
);

test('waits longer after each failed attempt, at most a minute', async () => {
  const { reports, backend, passPause } = told();
  backend.isAway = true;
  reports.tell({ event: 'joined' });
  const pauses: (number | undefined)[] = [];
  for (let times = 0; times < 7; times += 1) {
    await reports.tried();
    pauses.push(passPause());
  }
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test('a closed page sends its pending reports, and that its person has left', async () => {
  const { reports, events, sent, backend, hide } = told();
  backend.isAway = true;
  reports.tell({ event: 'joined' });
  reports.tell({ event: 'asked' });
  await reports.tried();
  sent.length = 0;
  hide();
  expect(events()).toEqual(['joined', 'asked', 'left']);
});

test('a closed page does not report a second leave', () => {
  const { reports, events, hide } = told();
  reports.tell({ event: 'joined' });
  reports.tell({ event: 'left' });
  hide();
  expect(events().filter((event) => event === 'left')).toHaveLength(1);
});

test('a page closed before joining reports that its person has left', () => {
  const { events, hide } = told();
  hide();
  expect(events()).toEqual(['left']);
});

test('a second join or leave is not reported', async () => {
  const { reports, events } = told();
  for (const event of ['joined', 'joined', 'left', 'left', 'joined'] as const) reports.tell({ event });
  await reports.tried();
  expect(events()).toEqual(['joined', 'left', 'joined']);
});

test('listens to the browser only until all reports are sent', async () => {
  const { reports, backend, back, listeners } = told();
  backend.isAway = true;
  reports.tell({ event: 'left', message: 'x' });
  await reports.tried();
  reports.close();
  expect(listeners()).toBe(2);
  backend.isAway = false;
  back();
  await reports.tried();
  expect(listeners()).toBe(0);
});

describe('a response of the backend', () => {
  const REPORT: PageReport = { event: 'joined', at: 'now', report_id: 'r', page_session: 's' };
  const answered = async (response: Response): Promise<string> => {
    const spy = jest.spyOn(globalThis, 'fetch').mockResolvedValue(response);
    const outcome = await sendReportsTo(
      '/tavus/recording-events/c1',
      'token',
    )(REPORT).then(
      () => 'done',
      () => 'again',
    );
    expect(spy.mock.calls[0]).toEqual([
      '/tavus/recording-events/c1',
      expect.objectContaining({
        keepalive: true,
        redirect: 'manual',
        headers: expect.objectContaining({ 'x-page-token': 'token' }),
        body: JSON.stringify(REPORT),
      }),
    ]);
    spy.mockRestore();
    return outcome;
  };

  test.each([200, 400, 404])('with %i is final', async (status) => {
    expect(await answered(new Response(null, { status }))).toBe('done');
  });

  test.each([401, 408, 429, 500, 503])('with %i is retried', async (status) => {
    expect(await answered(new Response(null, { status }))).toBe('again');
  });

  test('that redirects to a sign-in is retried', async () => {
    const redirect = new Response(null, { status: 200 });
    Object.defineProperty(redirect, 'type', { value: 'opaqueredirect' });
    Object.defineProperty(redirect, 'status', { value: 0 });
    expect(await answered(redirect)).toBe('again');
  });
});
