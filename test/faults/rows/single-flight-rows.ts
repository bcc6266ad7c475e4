import { randomUUID } from 'node:crypto';
import type { ReportRow } from '../fault-row.ts';
import { inParallel } from '../in-parallel.ts';
import { linkConnections } from '../link-connections.ts';
import { insist } from '../start-jobs.ts';
import { gatherEvidence, judge } from '../judge.ts';
import { untilOver } from '../until-over.ts';
import { inWorld } from '../in-world.ts';

/** The whole thousand is sent at once; whoever gets no answer but the gateway's 503 asks again, as an app does. */
export const singleFlightRows: readonly ReportRow[] = [
  {
    name: 'starts of one job on one connection, all at once',
    run: ({ assembly, wanted }) =>
      inWorld({ assembly, factor: 1, maxThreads: 4 }, async (world) => {
        // The job must outlast the starts: one that comes after its end rightly starts another.
        const [connectionId = ''] = await linkConnections(world, 1, { scenario: 'default', jobSeconds: 5 + wanted / 10 });
        const before = world.upstreamCalls();
        const ids = await inParallel(Array.from({ length: wanted }), wanted, () => insist(world, async () => (await world.api.startJob(connectionId, { type: 'balance' }, { idempotencyKey: randomUUID() })).body.id));
        const jobIds = [...new Set(ids)];
        await untilOver(world, jobIds, 300_000);
        const { transitions, problems, ...judgement } = await judge(world, await gatherEvidence(world), jobIds, { ends: ['completed'], creates: jobIds.length, longestMs: 190_000 });
        const creates = world.network.started.get(connectionId)?.size ?? 0;
        const doubled = judgement.doubled + Math.max(0, jobIds.length - 1) + Math.max(0, creates - 1);
        return {
          ...judgement, doubled, jobs: jobIds.length, transitionsPerJob: transitions / jobIds.length, upstreamCallsPerJob: (world.upstreamCalls() - before) / jobIds.length,
          note: `${ids.length} starts, ${ids.length} answers, ${creates} upstream create`,
          problems,
        };
      }),
  },
  {
    name: 'creates of one person, all at once',
    run: ({ assembly, wanted }) =>
      inWorld({ assembly, factor: 1, maxThreads: 4 }, async (world) => {
        const person = { externalId: 'one-person', firstName: 'Jane', lastName: 'Doe', phoneNumber: '+12024440001', email: 'jane@example.com' };
        const ids = await inParallel(Array.from({ length: wanted }), wanted, () => insist(world, async () => (await world.api.createUser(person, { idempotencyKey: randomUUID() })).body.id));
        const { counts } = await world.simulator.calls();
        const calls = counts['aeropay POST /v2/user'] ?? 0;
        const people = new Set(ids).size;
        return {
          jobs: 0, completed: 0, failedAsTheyShould: 0, lost: 0, doubled: Math.max(0, calls - 1) + (people - 1), transitionsPerJob: 0, upstreamCallsPerJob: 0,
          note: `${ids.length} creates, ${ids.length} answers, ${calls} upstream call, ${people} person`,
          problems: [],
        };
      }),
  },
];
