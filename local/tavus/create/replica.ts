import { ApiError } from '../api-error';
import type { Settings } from '../options';
import { TEXT } from '../vendor';
import type { CreateBody } from './schema';

/** Used when the request names only a replica (documented: "default persona"). The id is an assumption. */
const DEFAULT_PERSONA = 'p_default';

/**
 * Chooses replica and persona. The request's replica takes precedence over the persona's default (documented).
 *
 * @throws ApiError `Invalid persona_id`; `Invalid replica_uuid`, also for a persona's id in `replica_id`
 * (observed); `Invalid face_id` if the request used that newer name (observed).
 */
export function chooseReplica(
  body: CreateBody,
  { replicas, personas }: Settings,
): { replicaId: string; personaId: string } {
  const refuse = (text: string, sentence?: string): never => {
    throw new ApiError(400, { error: text }, sentence);
  };
  const requestedReplica = body.replica_id ?? body.face_id;
  const requestedPersona = body.persona_id ?? body.pal_id;
  if (requestedReplica === undefined && requestedPersona === undefined) {
    return refuse(TEXT.generic, 'The request names neither a replica nor a persona.');
  }
  const persona = personas.find(({ persona_id }) => persona_id === requestedPersona);
  const replicaId = requestedReplica ?? persona?.default_replica_id;
  if (replicaId !== undefined && !replicas.some(({ replica_id }) => replica_id === replicaId)) {
    return refuse(
      body.replica_id === undefined && body.face_id !== undefined
        ? 'Invalid face_id'
        : 'Invalid replica_uuid',
    );
  }
  if (requestedPersona !== undefined && persona === undefined) return refuse('Invalid persona_id');
  if (replicaId === undefined) {
    return refuse(
      'Invalid replica_uuid',
      'The persona has no default replica, and the request names no replica.',
    );
  }
  return { replicaId, personaId: requestedPersona ?? DEFAULT_PERSONA };
}
