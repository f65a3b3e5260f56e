// Preloaded into a revision: a container has ports of its own, a process of this computer has not. Whatever port the
// program asks for it gets a free one of 127.0.0.1, and the supervisor is told which stands for which. So the
// environment stays the injected one.
import { Server } from 'node:net';

// oxlint-disable-next-line typescript/unbound-method -- it is called with its server below
const { listen } = Server.prototype;

/** Nobody outside of a container hears what listens on its loopback alone. */
const isLoopback = (host) => /^(?:127\.|localhost$|::1$)/.test(host ?? '');

const askedFor = ([first, second]) =>
  typeof first === 'object' && first !== null
    ? first
    : { port: first, host: typeof second === 'string' ? second : undefined };

Server.prototype.listen = function (...args) {
  const { port, host } = askedFor(args);
  const done = args.find((arg) => typeof arg === 'function');
  if (!isLoopback(host)) {
    this.once('listening', () => process.send?.({ asked: Number(port), given: this.address().port }));
  }
  return listen.call(this, { host: '127.0.0.1', port: 0 }, ...(done === undefined ? [] : [done]));
};

// The channel to the supervisor must not keep the program alive.
process.channel?.unref();
