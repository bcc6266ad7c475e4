import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Agenda } from '../agenda.ts';
import { toJsonText, type Json } from '../json-text.ts';
import { ControlRefusal, type ControlRequest, type ControlRoute } from './control-route.ts';

const pathParams = z.record(z.string(), z.string());

/** Puts the control plane on the server. Its refusals are `{"error":"<one sentence>"}`. */
export function serveControl(app: FastifyInstance, routes: readonly ControlRoute[], agenda: Agenda): void {
  for (const { method, path, run } of routes) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        agenda.runDue();
        const { status, body } = answer(run, () => ({
          params: pathParams.parse(request.params),
          query: new URL(request.url, 'http://simulator').searchParams,
          body: parseBody(request.body),
        }));
        return reply.code(status).type('application/json').send(toJsonText(body));
      },
    });
  }
}

function answer(run: ControlRoute['run'], request: () => ControlRequest): { status: number; body: Json } {
  try {
    return { status: 200, body: run(request()) };
  } catch (error) {
    if (error instanceof ControlRefusal) return { status: error.status, body: { error: error.message } };
    throw error;
  }
}

function parseBody(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ControlRefusal(400, 'The body must be JSON.');
  }
}
