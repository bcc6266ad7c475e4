import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { CallLog } from './call-log.ts';
import type { HttpFaults } from './faults/http-faults.ts';
import { changedReply } from './faults/changed-reply.ts';
import { sendFault } from './faults/send-fault.ts';
import { toJsonText, type Json } from './json-text.ts';
import type { Simulation } from './simulation.ts';
import { callName, Refusal, type UpstreamCall, type UpstreamReply } from './upstream-call.ts';

const pathParams = z.record(z.string(), z.string());
const anyCode = z.union([z.object({ error: z.object({ code: z.string() }) }).transform(({ error }) => error.code), z.object({ code: z.string() }).transform(({ code }) => code)]);

interface Serving {
  readonly simulation: Simulation;
  readonly faults: HttpFaults;
  readonly log: CallLog;
}

/** Puts upstream calls on the server, each under the name of its upstream, with the call log and the HTTP faults around it. */
export function serveCalls(app: FastifyInstance, calls: readonly UpstreamCall[], serving: Serving): void {
  for (const call of calls) {
    app.route({
      method: call.method,
      url: `/${call.upstream}${call.path}`,
      handler: (request, reply) => serve(call, request, reply, serving),
    });
  }
}

async function serve(call: UpstreamCall, request: FastifyRequest, reply: FastifyReply, { simulation, faults, log }: Serving): Promise<FastifyReply> {
  const { agenda } = simulation;
  agenda.runDue();
  let merchant: string | null = null;
  const carryOut = (): UpstreamReply => answer(call, request, (name) => (merchant = name));
  const record = (status: number | null, body: Json | undefined, fault: string | null): void =>
    log.add({ call: callName(call), method: call.method, path: pathOf(request), merchant, status, code: anyCode.safeParse(body).data ?? null, fault });

  const fault = faults.take(callName(call));
  const early = fault === undefined || fault.when === 'after' ? carryOut() : undefined;
  if (fault !== undefined && fault.fault !== 'delay' && fault.fault !== 'change') {
    reply.hijack();
    record(sendFault(reply.raw, fault, early), undefined, fault.fault);
    return reply;
  }
  if (fault?.fault === 'delay') await agenda.sleep(fault.delaySeconds * 1000);
  const { status, body: trueBody } = early ?? carryOut();
  const body = fault?.fault === 'change' ? changedReply(trueBody, fault) : trueBody;
  record(status, body, fault?.fault ?? null);
  return reply.code(status).type('application/json').send(toJsonText(body));
}

function answer(call: UpstreamCall, request: FastifyRequest, actFor: (merchant: string) => void): UpstreamReply {
  try {
    return call.run({
      params: pathParams.parse(request.params),
      query: new URL(request.url, 'http://simulator').searchParams,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : undefined,
      actFor,
    });
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** The path without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
