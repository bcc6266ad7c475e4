import { Logger } from '@aws-lambda-powertools/logger';

/**
 * What a line may carry: names, ids of ours, codes, counts, durations. Never a body, a header, a query, a phone number,
 * an e-mail address, a token or a bank's data, at any level.
 */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Writes one JSON line per call to stdout. Messages are short and stable, so that an operator can search for them. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The log of a function. Made at the first line, because importing a handler must have no side effect. */
export function createLog(functionName: string): Log {
  let logger: Logger | undefined;
  const write = (level: 'info' | 'warn' | 'error') => (message: string, fields: LogFields = {}) => {
    logger ??= new Logger({ serviceName: 'aerobridge', persistentKeys: { function: functionName } });
    logger[level](message, { ...fields });
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Where an error came from, without its message: a library may have put a value into it. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { errorName: error.name, errorAt: frames.slice(0, 12).map((line) => line.trim()) };
}
