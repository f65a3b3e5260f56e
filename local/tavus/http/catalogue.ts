import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error';
import type { Settings } from '../options';

interface ById {
  Params: { id: string };
}

/** Replicas and personas, as far as a set-up check reads them. */
export function addCatalogue(app: FastifyInstance, { replicas, personas, faults }: Settings): void {
  app.get<ById>('/replicas/:id', (request) => {
    const replica = replicas.find(({ replica_id }) => replica_id === request.params.id);
    if (replica === undefined) throw unknown('Invalid replica_uuid');
    return { ...replica, status: 'completed', training_progress: '100/100' };
  });

  app.get<ById>('/personas/:id', (request) => {
    const persona = personas.find(({ persona_id }) => persona_id === request.params.id);
    if (persona === undefined) throw unknown('Invalid persona_id');
    return faults.personaShape === 'data' ? { data: [persona] } : persona;
  });

  function unknown(text: string): ApiError {
    return new ApiError(faults.unknownCatalogueStatus, { error: text });
  }
}
