import type { Json } from '../json-text.ts';
import type * as z from 'zod';

/** A request to the simulator itself. */
export interface ControlRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; `{}` when there was no body. */
  readonly body: unknown;
}

/** One route of the control plane, under `/sim`. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly run: (request: ControlRequest) => Json;
}

/** Says no in one sentence that tells the caller what to do. */
export class ControlRefusal extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, sentence: string) {
    super(sentence);
    this.name = 'ControlRefusal';
    this.status = status;
  }
}

/** Parses a control body; 400 names the first field that does not fit and what it should be, never its value. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ControlRefusal(400, `Check "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'it does not fit'}.`);
}
