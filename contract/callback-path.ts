/** Where Tavus calls back. Open without a sign-in: each address carries its own proof. */
export const CALLBACK_PREFIX = '/tavus/callback';

/** The route, in the router's words. */
export const CALLBACK_ROUTE = `${CALLBACK_PREFIX}/:start_id/:token` as const;

/** The path of one start's callbacks. */
export const callbackPath = (startId: string, token: string): string =>
  `${CALLBACK_PREFIX}/${startId}/${token}`;
