import { readProblem } from '../qa/answers';
import { askBackend, bearer, JSON_TYPE } from '../qa/ask';
import type { PageNotice } from '../qa/ports';
import { UNREACHABLE } from '../qa/texts';
import type { PageAccess, RecordingLink, ConversationList, ConversationDetail } from './answers';
import { credentials } from './credentials';

export type ApiAnswer<T> =
  | { readonly kind: 'ok'; readonly body: T }
  | { readonly kind: 'sign-in' }
  /** The key is missing or wrong. */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: PageNotice };

const API = '/recordings/api';

async function send<T>(path: string, request: RequestInit = {}): Promise<ApiAnswer<T>> {
  const headers = { ...bearer(credentials.get()?.key), ...(request.body !== undefined && JSON_TYPE) };
  try {
    const { kind, status, body } = await askBackend(`${API}${path}`, {
      ...request,
      headers,
      cache: 'no-store',
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own backend, of the same version as the page
    if (kind === 'ok') return { kind, body: body as T };
    return kind === 'refused' ? { kind, status, problem: readProblem(body, status) } : { kind };
  } catch {
    return { kind: 'refused', status: 0, problem: UNREACHABLE };
  }
}

const conversation = (id: string): string => `/conversations/${encodeURIComponent(id)}`;

export interface RecordingLinkQuery {
  readonly key: string;
  readonly version: string | undefined;
  readonly isDownload: boolean;
}

/** One id for each load of the page, so that renewed links count as one view. */
const page_session = crypto.randomUUID();

/** Requests to the backend. */
export const api = {
  access: () => send<PageAccess>('/access'),
  list: (query: URLSearchParams) => send<ConversationList>(`/conversations?${query.toString()}`),
  one: (id: string) => send<ConversationDetail>(conversation(id)),
  link(id: string, { key, version, isDownload }: RecordingLinkQuery) {
    const body = {
      key,
      version_id: version,
      page_session,
      viewer: credentials.get()?.name,
      download: isDownload,
    };
    return send<RecordingLink>(`${conversation(id)}/link`, { method: 'POST', body: JSON.stringify(body) });
  },
  captions: (id: string, key: string) =>
    send<string>(`${conversation(id)}/captions.vtt?${new URLSearchParams({ key }).toString()}`),
};
