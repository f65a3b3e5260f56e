import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error';
import type { Settings } from '../options';

interface ById {
  Params: { id: string };
}

/** `/v2/replicas` and `/v2/personas`, with the fields that `recordings doctor` reads. */
export function addCatalogue(app: FastifyInstance, { replicas, personas, faults }: Settings): void {
  app.get<ById>('/replicas/:id', (request) => {
    const replica = replicas.find(({ replica_id }) => replica_id === request.params.id);
    if (replica === undefined) throw unknownId('Invalid replica_uuid');
    return { ...replica, status: 'completed', training_progress: '100/100' };
  });

  app.get<ById>('/personas/:id', (request) => {
    const persona = personas.find(({ persona_id }) => persona_id === request.params.id);
    if (persona === undefined) throw unknownId('Invalid persona_id');
    return faults.personaShape === 'data' ? { data: [persona] } : persona;
  });

  function unknownId(text: string): ApiError {
    return new ApiError(faults.unknownCatalogueStatus, { error: text });
  }
}
