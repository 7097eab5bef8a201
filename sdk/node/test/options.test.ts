import { describe, expect, it } from 'vitest';
import { type FlagClientOptions, settingsOf } from '../src/options.js';

const good = { url: 'https://flags.example.com', sdkKey: 'fl_server_id_secret' };

describe('options', () => {
  it('completes what is left out', () => {
    const settings = settingsOf({ ...good, url: 'https://flags.example.com/prefix//' });
    expect(settings).toMatchObject({
      url: 'https://flags.example.com/prefix',
      targetingKeyFrom: 'userId',
      initTimeoutMs: 5000,
      flushIntervalMs: 1000,
      pollIntervalMs: 30_000,
      queueSize: 10_000,
      remember: 131_072,
      cacheFile: undefined,
    });
  });

  const mistakes: [string, Record<string, unknown>, RegExp][] = [
    ['no url', { url: undefined }, /url must be the address/],
    ['a url that is none', { url: 'flags.example.com' }, /url must be the address.*"flags\.example\.com"/],
    ['another protocol', { url: 'ftp://flags.example.com' }, /http or https, not "ftp:"/],
    ['a key in the url', { url: 'https://key@flags.example.com' }, /the key goes into sdkKey/],
    ['no key', { sdkKey: '' }, /sdkKey is needed: create one with "flagledger token create/],
    ['a client key', { sdkKey: 'fl_client_id_secret' }, /for browsers: use a server key/],
    ['an admin token', { sdkKey: 'fl_admin_id_secret' }, /may change flags: use a server key/],
    ['a key with a line end', { sdkKey: 'fl_server_id_secret\n' }, /white space/],
    ['a time that is none', { flushIntervalMs: '1s' }, /flushIntervalMs must be a whole number of milliseconds.*"1s"/],
    ['a negative time', { initTimeoutMs: -1 }, /initTimeoutMs must be .* from 0 to/],
    ['a time that no timer takes', { pollIntervalMs: 2 ** 31 }, /pollIntervalMs must be .* to 2147483647/],
    ['no queue', { queueSize: 0 }, /queueSize must be a whole number from 1/],
    ['a logger that is a function', { logger: () => {} }, /logger needs the methods info, warn and error/],
    ['a callback that is none', { onChange: 'me' }, /onChange must be a function, not "me"/],
    ['a bootstrap that is text', { bootstrap: '{}' }, /bootstrap must be a ruleset/],
    ['a file that is none', { cacheFile: 7 }, /cacheFile must be a string, not 7/],
  ];
  it.each(mistakes)('refuses %s', (_, mistake, message) => {
    const options = { ...good, ...mistake } as unknown as FlagClientOptions;
    expect(() => settingsOf(options)).toThrow(message);
  });

  it('tells all mistakes at once', () => {
    expect(() => settingsOf({ url: '', sdkKey: '', queueSize: 0 })).toThrow(/url .*sdkKey .*queueSize /);
  });

  it('hears a logger that throws no more', () => {
    const broken = () => {
      throw new Error('disk full');
    };
    const { logger } = settingsOf({ ...good, logger: { info: broken, warn: broken, error: broken } });
    expect(() => logger.error('lost')).not.toThrow();
  });
});
