// Preloaded into a revision. A container has its own ports, but a process shares those of the computer. So each server
// listens on a free port of 127.0.0.1 instead of the requested one, and tells the supervisor both numbers. The injected
// environment stays unchanged.
import { Server } from 'node:net';

// oxlint-disable-next-line typescript/unbound-method -- it is called with its server below
const { listen } = Server.prototype;

/** Other hosts cannot reach a server that listens only on the container's loopback. */
const isLoopback = (host) => /^(?:127\.|localhost$|::1$)/.test(host ?? '');

const parseListenArgs = ([first, second]) =>
  typeof first === 'object' && first !== null
    ? first
    : { port: first, host: typeof second === 'string' ? second : undefined };

Server.prototype.listen = function (...args) {
  const { port, host } = parseListenArgs(args);
  const done = args.find((arg) => typeof arg === 'function');
  if (!isLoopback(host)) {
    this.once('listening', () => process.send?.({ asked: Number(port), given: this.address().port }));
  }
  return listen.call(this, { host: '127.0.0.1', port: 0 }, ...(done === undefined ? [] : [done]));
};

// The channel to the supervisor must not keep the program alive.
process.channel?.unref();
