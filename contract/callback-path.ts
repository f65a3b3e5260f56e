/** Prefix of the callback addresses. They need no sign-in: each address carries its own token. */
export const CALLBACK_PREFIX = '/tavus/callback';

/** The route pattern for the router. */
export const CALLBACK_ROUTE = `${CALLBACK_PREFIX}/:start_id/:token` as const;

/** Callback path of one start. */
export const callbackPath = (startId: string, token: string): string =>
  `${CALLBACK_PREFIX}/${startId}/${token}`;
