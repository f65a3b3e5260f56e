import { parseOptions } from '../../local/options';

describe('the command line', () => {
  test('stays up in a terminal and exits in a pipe', () => {
    expect(parseOptions([], true)).toMatchObject({ once: false, json: false, encryption: 's3' });
    expect(parseOptions([], false).once).toBe(true);
    expect(parseOptions(['--keep'], false).once).toBe(false);
    expect(parseOptions(['--once'], true).once).toBe(true);
  });

  test('exits after a fault, unless --keep is given', () => {
    expect(parseOptions(['--break', 'one-hour'], true)).toMatchObject({ once: true, fault: 'one-hour' });
    expect(parseOptions(['--break=one-hour', '--keep'], true).once).toBe(false);
  });

  test('encrypts with a key if the fault needs one', () => {
    expect(parseOptions(['--break', 'no-kms-grant'], true).encryption).toBe('kms');
    expect(parseOptions(['--break', 'one-hour'], true).encryption).toBe('s3');
    expect(parseOptions(['--break', 'one-hour', '--encryption', 'kms'], true).encryption).toBe('kms');
  });

  test.each([
    [['--break', 'two-hours'], '- --break: unknown fault, got two-hours. Give one of no-external-id'],
    [['--encryption', 'aes'], '- --encryption: must be s3 or kms, got aes'],
    [['--once', '--keep'], '- --once, --keep: contradict each other, got both'],
    [
      ['--break', 'no-kms-grant', '--encryption', 's3'],
      '- --break no-kms-grant: needs --encryption kms, got s3',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args, true)).toThrow(message);
  });

  test('names every problem at once, and the help command', () => {
    expect(() => parseOptions(['--wat', '--encryption', 'aes', '--break', 'x'], true)).toThrow(
      /--wat: .*\n- --break: .*\n- --encryption: .*\nRun `npm run local -- --help`\.$/,
    );
  });
});
