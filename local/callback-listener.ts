import { createServer } from 'node:http';
import { refusalOf } from './tavus/http/request-guard';
import { isObject, parseJson, textOf, type JsonObject } from './json';
import { listen } from './listen';

/** Receives the simulator's callbacks in place of the backend. */
export interface CallbackListener {
  readonly url: string;
  /** The first callback of this type, also if it came before the call; undefined if none comes in time. */
  next(eventType: string, timeoutMs: number): Promise<JsonObject | undefined>;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function listenForCallbacks(): Promise<CallbackListener> {
  const received: JsonObject[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    if (refusalOf(request) !== undefined) {
      response.writeHead(403).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString('utf8'));
      if (isObject(body)) received.push(body);
      for (const settleIfFound of waiting) settleIfFound();
      response.writeHead(200).end();
    });
  });
  const { port, close } = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/callback`,
    next: (eventType, timeoutMs) =>
      new Promise((resolve) => {
        const settle = (event: JsonObject | undefined): void => {
          clearTimeout(timer);
          waiting.delete(settleIfFound);
          resolve(event);
        };
        const settleIfFound = (): void => {
          const found = received.find((event) => textOf(event.event_type) === eventType);
          if (found !== undefined) settle(found);
        };
        const timer = setTimeout(() => settle(undefined), timeoutMs);
        waiting.add(settleIfFound);
        settleIfFound();
      }),
    close,
  };
}
