import { roomOrigins } from '../contract/room-origins';

const OWN = ["default-src 'self'", "script-src 'self'", "style-src 'self'"];
const NOTHING_ELSE = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"];

/**
 * Headers of `/recordings`: it plays what is in the bucket, and nothing else. Its captions are a `blob:`, because they are
 * fetched with the operator's key, which the browser's own request for a track would not send.
 * @param media source of videos, as a policy names it
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
 * Headers of `/qa`. It frames the room and nothing else, and passes camera, microphone and screen on to it.
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
