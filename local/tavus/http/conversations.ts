import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api-error';
import { checkCreate } from '../create/check';
import { isoMicros } from '../ids';
import { TEXT } from '../vendor';
import type { SimulatorContext } from '../context';
import { apiKeyOf } from './guard';
import { conversationView, createdView } from './views';

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).default(10),
  page: z.coerce.number().int().min(1).default(1),
  status: z.string().optional(),
});

interface ById {
  Params: { id: string };
  Querystring: { verbose?: string; hard?: string };
}

/** `/v2/conversations` and its subpaths. */
export function addConversations(app: FastifyInstance, context: SimulatorContext): void {
  const { conversations, lifecycle, requests, settings, clock } = context;
  const { faults } = settings;

  app.post<{ Body: string | undefined }>('/conversations', async (request) => {
    const apiKey = apiKeyOf(request);
    const body = request.body ?? '';
    const received = { at: isoMicros(clock.now()), body: jsonOrText(body) };
    try {
      const conversation = await checkCreate(context, apiKey, body);
      conversations.add(conversation);
      lifecycle.created(conversation);
      requests.push({ ...received, status: 200, conversation_id: conversation.id });
      return createdView(conversation);
    } catch (error) {
      const { status, sentence } = error instanceof ApiError ? error : internalError(error);
      requests.push({ ...received, status, ...(sentence === undefined ? {} : { sentence }) });
      throw error;
    }
  });

  app.get('/conversations', (request) => {
    const query = listQuery.safeParse(request.query);
    if (!query.success) throw new ApiError(400, { error: 'Invalid limit, page or status' });
    const { limit, page, status } = query.data;
    const found = conversations.list(apiKeyOf(request), status);
    const data = found.slice((page - 1) * limit, page * limit).map((one) => conversationView(one));
    return { data, total_count: found.length };
  });

  app.get<ById>('/conversations/:id', (request) => {
    const conversation = conversations.get(apiKeyOf(request), request.params.id);
    return conversationView(conversation, request.query.verbose === 'true');
  });

  app.post<ById>('/conversations/:id/end', async (request, reply) => {
    const conversation = conversations.get(apiKeyOf(request), request.params.id);
    const wasEnded = conversation.status === 'ended';
    lifecycle.end(conversation, 'end_conversation_endpoint_hit');
    if (wasEnded && faults.secondEndStatus === 400) throw new ApiError(400, { error: TEXT.conversation });
    return reply.code(faults.endStatus).send();
  });

  // Assumptions: a delete ends a running call, and the conversation is unknown afterwards.
  app.delete<ById>('/conversations/:id', async (request, reply) => {
    const conversation = conversations.get(apiKeyOf(request), request.params.id);
    lifecycle.end(conversation, 'daily_room_has_been_deleted');
    conversation.deleted = true;
    if (request.query.hard === 'true') {
      conversation.hardDeleted = true;
      conversation.log = [];
    }
    return reply.code(204).send();
  });
}

function internalError(error: unknown): ApiError {
  const name = error instanceof Error ? error.name : 'unknown';
  return new ApiError(500, {}, `The simulator failed, or could not reach AWS (${name}).`);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
