import { judgeRooms } from '../../../ops/doctor/rooms';

test('the doctor lists every host of a room that a firewall must allow', () => {
  expect(judgeRooms('https://tavus.daily.co')).toMatchObject({
    status: 'ok',
    found:
      'tavus.daily.co, tavus.dailywebrtc.com, tavus.dailywebrtc.net: firewalls must let through https and media to all of them',
    expected: expect.stringContaining('https://docs.daily.co/'),
  });
});

test('a room elsewhere has one host', () => {
  expect(judgeRooms('http://localhost:9000')).toMatchObject({ status: 'ok', found: 'http://localhost:9000' });
});

test('a malformed setting has no hosts', () => {
  expect(judgeRooms(undefined).status).toBe('unknown');
});
