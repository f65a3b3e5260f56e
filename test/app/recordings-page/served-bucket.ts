import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { PresignOptions, ObjectLink } from '../../../app/recordings/bucket';
import { BUCKET } from '../helpers';
import { MemoryBucket } from '../recordings/memory-bucket';

/** A range request for a recording, and its response. */
export interface ServedRequest {
  readonly range: string;
  readonly status: number;
}

/** A bucket in memory whose links a browser can fetch, by ranges, until they expire. */
export class ServedBucket extends MemoryBucket {
  readonly served: ServedRequest[] = [];
  readonly #server: Server;
  #origin = '';
  /** Links are numbered; those up to this one have expired. */
  #expired = 0;
  #made = 0;

  constructor(now: () => number) {
    super(now);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    // A backend without bucket access does not close it.
    this.#server.unref();
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The bucket listens on no port.');
    this.#origin = `http://127.0.0.1:${address.port}`;
    return this;
  }

  /** Expires all links created so far. */
  expireLinks(): void {
    this.#expired = this.#made;
    // A running response ends, too, as for a browser after a long pause.
    this.#server.closeAllConnections();
  }

  get linksMade(): number {
    return this.#made;
  }

  override async link(key: string, options: PresignOptions = {}): Promise<ObjectLink> {
    const { url, expiresMs } = await super.link(key, options);
    this.#made += 1;
    const { search } = new URL(url);
    const signed = `${search}${search === '' ? '?' : '&'}link=${this.#made}`;
    return { url: `${this.#origin}/${BUCKET}/${key}${signed}`, expiresMs };
  }

  override close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer({ url = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, this.#origin);
    const key = pathname.slice(`/${BUCKET}/`.length);
    const range = headers.range ?? '';
    const head = await this.head(key, searchParams.get('versionId') ?? undefined);
    const isExpired = Number(searchParams.get('link')) <= this.#expired;
    if (isExpired || head === undefined) {
      this.served.push({ range, status: 403 });
      response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>');
      return;
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
    const end = to === '' ? head.bytes : Number(to) + 1;
    this.served.push({ range, status: 206 });
    const fileName = searchParams.get('fileName');
    response.writeHead(206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-range': `bytes ${from}-${end - 1}/${head.bytes}`,
      'content-length': end - Number(from),
      ...(fileName !== null && { 'content-disposition': `attachment; filename="${fileName}"` }),
    });
    response.end(await this.read(key, head.versionId, Number(from), end));
  }
}
