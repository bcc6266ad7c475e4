import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { toJsonText, type Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { launchQuery, readLaunch } from './launch.ts';
import { bankChoices } from './page-view.ts';
import { WidgetSessions, type WidgetView } from './widget-sessions.ts';

const files = [
  ['/', 'widget.html', 'text/html; charset=utf-8'],
  ['/embedded-view', 'embedded.html', 'text/html; charset=utf-8'],
  ['/widget/bank', 'bank.html', 'text/html; charset=utf-8'],
  ['/widget/widget.js', 'widget.js', 'text/javascript; charset=utf-8'],
  ['/widget/embedded.js', 'embedded.js', 'text/javascript; charset=utf-8'],
  ['/widget/bank.js', 'bank.js', 'text/javascript; charset=utf-8'],
  ['/widget/form.js', 'form.js', 'text/javascript; charset=utf-8'],
  ['/widget/host.js', 'host.js', 'text/javascript; charset=utf-8'],
  ['/widget/style.css', 'style.css', 'text/css; charset=utf-8'],
] as const;

/** Any page may frame the widget: merchants' origins are not registered here. The token stands in the URL, so no other site may learn of it. */
const headers = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors *",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

const texts = z.record(z.string(), z.string().max(256));
const deedRequest = z.object({
  session: z.string(),
  action: z.enum(['choose', 'submit', 'close']),
  value: z.string().default(''),
  fields: texts.default({}),
  picks: z.array(z.string()).default([]),
});
const signInRequest = z.object({ key: z.string(), fields: texts });

/** Puts the hosted widget on the server: its pages at `/`, `/embedded-view` and `/widget/bank`, and what their scripts call under `/widget`. */
export function serveWidget(app: FastifyInstance, simulation: Simulation): void {
  const sessions = new WidgetSessions(simulation);
  for (const [url, file, type] of files) {
    const content = readFileSync(new URL(`page/${file}`, import.meta.url));
    app.get(url, (_request, reply) => reply.headers(headers).type(type).send(content));
  }
  const post = (url: string, answer: (body: unknown) => Json | undefined): void => {
    app.post(url, (request, reply) => {
      simulation.agenda.runDue();
      return send(reply, answer(parseJson(request.body)));
    });
  };

  app.get('/widget/banks', (_request, reply) => send(reply, { banks: bankChoices.map((bank) => ({ ...bank })) }));
  post('/widget/open', (body) => {
    const query = launchQuery.safeParse(body);
    return query.success ? showView(sessions.open(readLaunch(query.data))) : undefined;
  });
  post('/widget/act', (body) => {
    const deed = deedRequest.safeParse(body);
    return deed.success ? showView(sessions.act(deed.data.session, deed.data)) : undefined;
  });
  post('/widget/look', (body) => {
    const looked = z.object({ session: z.string() }).safeParse(body);
    return looked.success ? showView(sessions.look(looked.data.session)) : undefined;
  });
  post('/widget/sign-in', (body) => {
    const request = signInRequest.safeParse(body);
    const outcome = request.success ? sessions.signInOutside(request.data.key, request.data.fields) : undefined;
    return outcome === undefined ? undefined : { ...outcome };
  });
}

function showView(view: WidgetView | undefined): Json | undefined {
  if (view === undefined) return undefined;
  const { page, messages } = view;
  const lists = { fields: page.fields.map((field) => ({ ...field })), choices: page.choices.map((choice) => ({ ...choice })), picks: page.picks.map((pick) => ({ ...pick })) };
  return { ...view, page: { ...page, ...lists }, messages: messages.map((message) => ({ ...message })) };
}

/** 400 for undefined: what was sent is no request of the widget's own scripts, or its session is over. */
function send(reply: FastifyReply, body: Json | undefined): FastifyReply {
  return reply
    .code(body === undefined ? 400 : 200)
    .headers(headers)
    .type('application/json')
    .send(toJsonText(body ?? { error: 'The widget does not know this session: open it again.' }));
}

function parseJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
