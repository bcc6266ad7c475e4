import type { Observation } from './recorder.ts';
import type { Shape } from './shape-of.ts';

/** One place in which the simulator and the live sandbox differ. */
export interface Difference {
  readonly call: string;
  /** Of a member in the reply, e.g. `account.currency` or `transactions[].amount`. */
  readonly path: string;
  readonly simulator: string;
  readonly live: string;
}

/** The differences of what both sides answered, in the order in which the simulator was called. Lists of which one is empty say nothing. */
export function compareObservations(simulator: readonly Observation[], live: readonly Observation[]): Difference[] {
  const calls = new Set([...simulator, ...live].map(({ call }) => call));
  return [...calls].flatMap((call) => compareCall(call, find(simulator, call), find(live, call)));
}

function find(observations: readonly Observation[], wanted: string): Observation | undefined {
  return observations.find(({ call }) => call === wanted);
}

function compareCall(call: string, simulator: Observation | undefined, live: Observation | undefined): Difference[] {
  if (simulator === undefined || live === undefined) return [{ call, path: '(call)', simulator: madeOrNot(simulator), live: madeOrNot(live) }];
  const status = simulator.status === live.status ? [] : [{ call, path: '(HTTP status)', simulator: toldStatus(simulator), live: toldStatus(live) }];
  return [...status, ...compareReplies(call, simulator.shape, live.shape)];
}

/** What a call needs is in a former reply; where that is another one, the call cannot be made. */
function madeOrNot(observation: Observation | undefined): string {
  return observation === undefined ? 'not reached' : 'made';
}

function toldStatus({ status }: Observation): string {
  return status === null ? 'no reply' : String(status);
}

function compareReplies(call: string, simulator: Shape | undefined, live: Shape | undefined): Difference[] {
  if (simulator !== undefined && live !== undefined) return compareShapes(call, '', simulator, live);
  return simulator === live ? [] : [{ call, path: '(reply)', simulator: jsonOrNot(simulator), live: jsonOrNot(live) }];
}

function jsonOrNot(shape: Shape | undefined): string {
  return shape === undefined ? 'no JSON' : 'JSON';
}

function compareShapes(call: string, path: string, simulator: Shape | undefined, live: Shape | undefined): Difference[] {
  const [ours, theirs] = [toldTypes(simulator), toldTypes(live)];
  const here = ours === theirs ? [] : [{ call, path: path === '' ? '(reply)' : path, simulator: ours, live: theirs }];
  if (simulator === undefined || live === undefined) return here;
  return [...here, ...compareMembers(call, path, simulator, live), ...compareItems(call, path, simulator, live)];
}

function toldTypes(shape: Shape | undefined): string {
  return shape?.types.join(' or ') ?? 'absent';
}

function compareMembers(call: string, path: string, simulator: Shape, live: Shape): Difference[] {
  if (!simulator.types.includes('object') || !live.types.includes('object')) return [];
  const names = new Set([...simulator.members.keys(), ...live.members.keys()]);
  return [...names].flatMap((name) => compareShapes(call, path === '' ? name : `${path}.${name}`, simulator.members.get(name), live.members.get(name)));
}

function compareItems(call: string, path: string, simulator: Shape, live: Shape): Difference[] {
  if (simulator.items === undefined || live.items === undefined) return [];
  return compareShapes(call, `${path}[]`, simulator.items, live.items);
}
