import { createHash, createHmac } from 'node:crypto';
import type { EmulatorCredentials } from '../../../local/aws/clients';
import { REGION } from './support';

/** A request before signing. The signature covers all its parts. */
export interface Unsigned {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A signed request. */
export interface Signed {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Credentials, service and time of a signature. */
export interface Signer {
  readonly credentials: EmulatorCredentials;
  /** @default 's3' */
  readonly service?: string;
  /** @default now */
  readonly at?: Date;
}

type Pairs = Readonly<Record<string, string>>;

const ALGORITHM = 'AWS4-HMAC-SHA256';
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const queryText = (query: Pairs): string =>
  Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');

/** Signature Version 4, implemented from AWS's documentation, independent of MiniStack. */
class Signature {
  readonly amzDate: string;
  readonly scope: string;
  readonly credentials: EmulatorCredentials;
  private readonly key: Buffer;

  constructor({ credentials, service = 's3', at = new Date() }: Signer) {
    this.credentials = credentials;
    this.amzDate = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const day = this.amzDate.slice(0, 8);
    this.scope = `${day}/${REGION}/${service}/aws4_request`;
    this.key = [day, REGION, service, 'aws4_request'].reduce<Buffer>(
      hmac,
      Buffer.from(`AWS4${credentials.secretAccessKey}`),
    );
  }

  of(kind: string, ...lines: readonly string[]): string {
    return hmac(this.key, [kind, this.amzDate, this.scope, ...lines].join('\n')).toString('hex');
  }

  ofRequest({ method, path }: Unsigned, query: Pairs, headers: Pairs, payload: string): string {
    const names = Object.keys(headers).toSorted();
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const canonical = [method, path, queryText(query), lines, names.join(';'), payload].join('\n');
    return this.of(ALGORITHM, sha256(canonical));
  }
}

const tokenOf = ({ sessionToken }: EmulatorCredentials, name: string): Pairs =>
  sessionToken === undefined ? {} : { [name]: sessionToken };

/** Signs in the header. @param payload value of `x-amz-content-sha256`; by default the body's hash */
export function signInHeader(request: Unsigned, signer: Signer, payload?: string, more: Pairs = {}): Signed {
  const { method, host, path, query = {}, body = '' } = request;
  const signature = new Signature(signer);
  const content = payload ?? sha256(body);
  const headers: Pairs = {
    host,
    'x-amz-content-sha256': content,
    'x-amz-date': signature.amzDate,
    ...tokenOf(signer.credentials, 'x-amz-security-token'),
    ...more,
  };
  const names = Object.keys(headers).toSorted().join(';');
  const value = signature.ofRequest(request, query, headers, content);
  const authorization = `${ALGORITHM} Credential=${signer.credentials.accessKeyId}/${signature.scope}, SignedHeaders=${names}, Signature=${value}`;
  const search = queryText(query);
  return {
    method,
    path: search === '' ? path : `${path}?${search}`,
    headers: { ...headers, authorization },
    body,
  };
}

/** Signs in the query. The signature covers the body, except for S3. */
export function signInQuery(request: Unsigned, signer: Signer, seconds = 60): Signed {
  const { method, host, path, query = {}, body = '' } = request;
  const signature = new Signature(signer);
  const all = {
    ...query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${signer.credentials.accessKeyId}/${signature.scope}`,
    'X-Amz-Date': signature.amzDate,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
    ...tokenOf(signer.credentials, 'X-Amz-Security-Token'),
  };
  const payload = (signer.service ?? 's3') === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(body);
  const value = signature.ofRequest(request, all, { host }, payload);
  return { method, path: `${path}?${queryText(all)}&X-Amz-Signature=${value}`, headers: { host }, body };
}

/** Signs an upload chunk by chunk, with or without a trailing checksum. */
export function signInChunks(request: Unsigned, signer: Signer, checksum?: string): Signed {
  const signature = new Signature(signer);
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${checksum === undefined ? '' : '-TRAILER'}`;
  const { body = '' } = request;
  const signed = signInHeader(request, signer, payload, {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(body.length),
    ...(checksum === undefined ? {} : { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
  });
  let last = signed.headers['authorization']?.split('Signature=')[1] ?? '';
  const frames = [body.slice(0, 8), body.slice(8), ''].map((chunk) => {
    last = signature.of('AWS4-HMAC-SHA256-PAYLOAD', last, sha256(''), sha256(chunk));
    return `${chunk.length.toString(16)};chunk-signature=${last}\r\n${chunk === '' ? '' : `${chunk}\r\n`}`;
  });
  const trailer = checksum === undefined ? '' : `x-amz-checksum-crc32:${checksum}\r\n`;
  const trailerSignature = signature.of('AWS4-HMAC-SHA256-TRAILER', last, sha256(trailer.replace('\r', '')));
  const end = checksum === undefined ? '' : `${trailer}x-amz-trailer-signature:${trailerSignature}\r\n`;
  return { ...signed, body: `${frames.join('')}${end}\r\n` };
}

/** Signs only the header of an upload in chunks, as SDK v3 does for a stream. */
export function signWithTrailer(request: Unsigned, signer: Signer, checksum: string): Signed {
  const { body = '' } = request;
  const signed = signInHeader(request, signer, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(body.length),
    'x-amz-trailer': 'x-amz-checksum-crc32',
  });
  const size = body.length.toString(16);
  return { ...signed, body: `${size}\r\n${body}\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n` };
}
