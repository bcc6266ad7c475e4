import * as z from 'zod';
import { correctAnswer } from '../bank/jobs.ts';
import type { Simulation } from '../simulation.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

const answerRequest = z.strictObject({ answer: z.string().default(correctAnswer) });

/** POST /sim/jobs/{upstreamJobId}/mfa: the person answered the bank's question in the widget; a wrong answer leaves it open. */
export function answerMfa({ jobs }: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/jobs/:jobId/mfa',
    run({ params, body }) {
      const { answer } = readBody(answerRequest, body);
      const job = jobs.withId(params['jobId'] ?? '');
      if (job === undefined) throw new ControlRefusal(404, 'There is no such job: use the jobId that upstream gave when the job was created.');
      const outcome = jobs.answer(job, answer);
      if (outcome === 'not_waiting') throw new ControlRefusal(409, `This job is ${job.state} and asks nothing: answer while it is pending_mfa.`);
      return { jobId: job.id, accepted: outcome === 'accepted' };
    },
  };
}
