import type { FaultRow } from '../fault-row.ts';
import { startFrontProcess } from '../start-front-process.ts';

/** Starts, webhooks and reads go to either process as it comes. The state machine calls the first one's tasks. */
export const twoProcessesRow: FaultRow = {
  name: 'two processes on the same tables',
  arrange: async (world) => {
    const { assembly, cloud, environment, endpoints, network } = world;
    const front = await startFrontProcess({ assembly, cloud, environment, maxThreads: 4 });
    const either = (): string => (Math.random() < 0.5 ? front.apiUrl : endpoints.apiUrl);
    world.chooseApiUrl(either);
    network.redirect((target) => target.replace(endpoints.apiUrl, either()));
    return async () => {
      await network.quiet();
      world.chooseApiUrl(() => endpoints.apiUrl);
      await front.close();
    };
  },
};
