import { roomOrigins } from '../contract/room-origins';

const OWN = ["default-src 'self'", "script-src 'self'", "style-src 'self'"];
const NOTHING_ELSE = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"];

/**
 * Headers of `/recordings`. It plays videos from the bucket only. Captions are a `blob:`: the page fetches them with the
 * operator key, which the browser's own request for a track would not send.
 * @param media video source, as in a content security policy
 */
export const recordingsHeaders = (media: string): Readonly<Record<string, string>> => ({
  'cache-control': 'no-store',
  'content-security-policy': [
    ...OWN,
    "frame-src 'none'",
    "connect-src 'self'",
    "img-src 'self' data:",
    media === "'none'" ? "media-src 'none'" : `media-src ${media} blob:`,
    ...NOTHING_ELSE,
  ].join('; '),
});

/**
 * Headers of `/qa`. It frames only the room and delegates camera, microphone and screen to it.
 * @param roomOrigin exact origin of the rooms
 */
export function pageHeaders(roomOrigin: string): Readonly<Record<string, string>> {
  const rooms = roomOrigins(roomOrigin);
  const policy = [
    ...OWN,
    `frame-src ${rooms.join(' ')}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    ...NOTHING_ELSE,
  ];
  const allowed = ['self', ...rooms.map((origin) => `"${origin}"`)].join(' ');
  const devices = ['camera', 'microphone', 'display-capture'];
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy': devices.map((device) => `${device}=(${allowed})`).join(', '),
  };
}
