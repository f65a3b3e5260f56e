import { ApiError } from '../api-error';
import type { Settings } from '../options';
import { TEXT } from '../vendor';
import type { CreateBody } from './schema';

/** The persona that a replica alone brings along (documented: "default persona"); its id is an assumption. */
const DEFAULT_PERSONA = 'p_default';

/**
 * Which replica speaks, and as whom. The request's replica wins over the persona's own (documented).
 *
 * @throws ApiError `Invalid replica_uuid`, also for a persona's id in the replica's place (observed);
 * `Invalid persona_id`; `Invalid face_id` when the newer name was used (observed).
 */
export function chooseReplica(
  body: CreateBody,
  { replicas, personas }: Settings,
): { replicaId: string; personaId: string } {
  const refuse = (text: string, sentence?: string): never => {
    throw new ApiError(400, { error: text }, sentence);
  };
  const askedReplica = body.replica_id ?? body.face_id;
  const askedPersona = body.persona_id ?? body.pal_id;
  if (askedReplica === undefined && askedPersona === undefined) {
    return refuse(TEXT.generic, 'The request names neither a replica nor a persona.');
  }
  const persona = personas.find(({ persona_id }) => persona_id === askedPersona);
  const replicaId = askedReplica ?? persona?.default_replica_id;
  if (replicaId !== undefined && !replicas.some(({ replica_id }) => replica_id === replicaId)) {
    return refuse(
      body.replica_id === undefined && body.face_id !== undefined
        ? 'Invalid face_id'
        : 'Invalid replica_uuid',
    );
  }
  if (askedPersona !== undefined && persona === undefined) return refuse('Invalid persona_id');
  if (replicaId === undefined) {
    return refuse(
      'Invalid replica_uuid',
      'The persona has no replica of its own and the request names none.',
    );
  }
  return { replicaId, personaId: askedPersona ?? DEFAULT_PERSONA };
}
