import type { Intercept, InterceptedCall } from '../../../local/endpoint/intercept.ts';
import { isOfTheProduct, isWrite, waitOf } from '../calls.ts';

/** Where a function dies, or the machine's write loses its reply: at the so-manyth call of this kind, before it is carried out or after. */
export interface CrashPoint {
  readonly call: string;
  readonly ordinal: number;
  readonly when: 'before' | 'after';
}

/** One run of a flow, told from all others by the ids of its own people, connections and jobs. */
export interface CrashSubject {
  readonly ids: Set<string>;
  readonly jobIds: Set<string>;
  /** Writes, starts and sends so far, in order. */
  readonly calls: string[];
  /** What is to happen here; undefined for a run that only records. */
  readonly point: CrashPoint | undefined;
  /** Whether it did. */
  struck: boolean;
  /** No execution of this subject's jobs is started by the function that accepts them. */
  loseStarts: boolean;
}

export function newSubject(point?: CrashPoint): CrashSubject {
  return { ids: new Set(), jobIds: new Set(), calls: [], point, struck: false, loseStarts: false };
}

/**
 * Finds out whose call it is, keeps count of its kind, and strikes at the subject's point.
 * @param subjects those whose run is under way
 */
export function crashAt(subjects: ReadonlySet<CrashSubject>): Intercept {
  const owners = new Map<string, CrashSubject>();
  return (call) => {
    // A batch of changes is of many runs at once, so that a call of the function that publishes them is none's.
    if (!isOfTheProduct(call) || nameOf(call).startsWith('Publish ')) return { kind: 'pass' };
    const text = `${call.event ?? ''} ${JSON.stringify(call.request())}`;
    const bare = text.replaceAll('-', '');
    const subject = [...subjects].find(({ ids }) => [...ids].some((id) => bare.includes(id)));
    if (subject === undefined) return { kind: 'pass' };
    learn(subject, owners, call, text);
    if (!isWrite(call)) return { kind: 'pass' };
    const name = nameOf(call);
    if (subject.loseStarts && name.includes('StartJob') && call.operation === 'StartExecution') return { kind: 'refuse', errorName: 'ThrottlingException', message: 'Rate exceeded' };
    subject.calls.push(name);
    const { point } = subject;
    if (point === undefined || subject.struck || point.call !== name) return { kind: 'pass' };
    if (subject.calls.filter((one) => one === name).length !== point.ordinal) return { kind: 'pass' };
    subject.struck = true;
    return { kind: 'kill', when: point.when };
  };
}

/** Jobs and task tokens become known by the calls that first name them: later ones may name the jobs of several runs. */
function learn(subject: CrashSubject, owners: Map<string, CrashSubject>, call: InterceptedCall, text: string): void {
  for (const [jobId] of text.matchAll(/job_[0-9a-f]{32}/g)) {
    const owner = owners.get(jobId) ?? subject;
    if (owner !== subject) continue;
    owners.set(jobId, subject);
    subject.ids.add(jobId);
    subject.jobIds.add(jobId);
  }
  if (waitOf(call) === undefined) return;
  const token = /":token":\{"S":"([^"]+)"/.exec(text)?.[1];
  if (token !== undefined) subject.ids.add(token.replaceAll('-', ''));
}

/** The writes on both sides of upstream's create, by what they set. */
export const createWrites = [
  { about: 'CreateUpstreamJob writes its intent', sets: 'intent = :intent' },
  { about: 'CreateUpstreamJob takes its intent back', sets: 'intent = :none' },
  { about: "CreateUpstreamJob writes upstream's id", sets: 'SET upstreamJobId = :id' },
] as const;

/** `StartJob TransactWriteItems`, `machine AwaitSignal`. */
function nameOf(call: InterceptedCall): string {
  const wait = waitOf(call);
  if (wait !== undefined) return `machine ${wait.state}`;
  const name = /-([A-Za-z]+?)Function[0-9A-F]{8}$/.exec(call.identity.name)?.[1] ?? call.identity.name;
  const expression = name === 'CreateUpstreamJob' ? JSON.stringify(call.request()) : '';
  const about = createWrites.find(({ sets }) => expression.includes(sets))?.about;
  return about ?? `${name} ${call.operation}`;
}

/** Before and after each call of a recorded run. */
export function pointsOf(calls: readonly string[]): CrashPoint[] {
  const counts = new Map<string, number>();
  return calls.flatMap((call): CrashPoint[] => {
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    return [{ call, ordinal, when: 'before' }, { call, ordinal, when: 'after' }];
  });
}
