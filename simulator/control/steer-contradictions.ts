import { contradictionChoice } from '../contradictions/contradictions.ts';
import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { ControlRefusal, readBody, type ControlRoute } from './control-route.ts';

/** GET /sim/contradictions: every contradiction that can be chosen, with its sides and the one that holds. */
export function readContradictions(simulation: Simulation): ControlRoute {
  return { method: 'GET', path: '/sim/contradictions', run: () => ({ contradictions: showAll(simulation) }) };
}

/** POST /sim/contradictions: upstream is on this side from now on. */
export function chooseSide(simulation: Simulation): ControlRoute {
  return {
    method: 'POST',
    path: '/sim/contradictions',
    run({ body }) {
      const { number, side } = readBody(contradictionChoice, body);
      try {
        simulation.contradictions.choose(number, side);
      } catch (error) {
        throw error instanceof Error ? new ControlRefusal(400, error.message) : error;
      }
      return showAll(simulation).find((contradiction) => contradiction.number === number) ?? {};
    },
  };
}

/** DELETE /sim/contradictions: takes back every choice. */
export function clearContradictions(simulation: Simulation): ControlRoute {
  return {
    method: 'DELETE',
    path: '/sim/contradictions',
    run: () => {
      simulation.contradictions.clear();
      return { contradictions: showAll(simulation) };
    },
  };
}

function showAll({ contradictions }: Simulation): { readonly [key: string]: Json; readonly number: number }[] {
  return contradictions.all().map(({ number, topic, sides, usual, side }) => ({ number, topic, sides: { ...sides }, usual, side }));
}
