import { roomOrigins } from '../contract/room-origins';

/**
 * Headers of `/qa`. It frames the room and nothing else, and passes camera, microphone and screen on to it.
 * @param roomOrigin exact origin of the rooms
 */
export function pageHeaders(roomOrigin: string): Readonly<Record<string, string>> {
  const rooms = roomOrigins(roomOrigin);
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    `frame-src ${rooms.join(' ')}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ];
  const allowed = ['self', ...rooms.map((origin) => `"${origin}"`)].join(' ');
  const devices = ['camera', 'microphone', 'display-capture'];
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy': devices.map((device) => `${device}=(${allowed})`).join(', '),
  };
}
