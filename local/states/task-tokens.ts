import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.ts';
import type { TaskOutcome } from './task-outcome.ts';

export interface TokenWait {
  readonly executionArn: string;
  /** Keeps the answer before it returns; when it throws, the token stays open. */
  answered(outcome: TaskOutcome): void;
  heartbeat(): void;
}

/** The task tokens of all executions. A token is open from before its call is made until it is answered or its task ends. */
export interface TaskTokens {
  /** A new token, not open yet. */
  mint(): string;
  open(token: string, wait: TokenWait): void;
  close(token: string): void;
  closeAll(executionArn: string): void;
  /** Answers and closes. Throws `TaskTimedOut` for a token that is no longer open, `InvalidToken` for one that never was a token. */
  answer(token: string, outcome: TaskOutcome): void;
  /** Throws as `answer` does. */
  heartbeat(token: string): void;
}

/** AWS's tokens begin with these bytes (`AQCEAAAAKgAAAAMAAAAA…`) and are several hundred characters long; so are these. */
const prefix = Buffer.from('01008400000000002a0000000300000000000000', 'hex');
const secretBytes = 416;
const sealBytes = 32;

/**
 * @param key seals the tokens, so that one that is closed can be told from one that never was, without a list of all.
 *   It belongs to the records: tokens minted before a restart stay valid with the same key.
 */
export function createTaskTokens(key: string): TaskTokens {
  const waits = new Map<string, TokenWait>();
  const seal = (body: Buffer) => createHmac('sha256', key).update(body).digest();

  const isToken = (token: string): boolean => {
    const bytes = Buffer.from(token, 'base64');
    if (bytes.length !== prefix.length + secretBytes + sealBytes || bytes.toString('base64') !== token) return false;
    return timingSafeEqual(bytes.subarray(-sealBytes), seal(bytes.subarray(0, -sealBytes)));
  };

  const find = (token: string): TokenWait => {
    if (!isToken(token)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    const wait = waits.get(token);
    if (wait === undefined) throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    return wait;
  };

  return {
    mint() {
      const body = Buffer.concat([prefix, randomBytes(secretBytes)]);
      return Buffer.concat([body, seal(body)]).toString('base64');
    },
    open(token, wait) {
      waits.set(token, wait);
    },
    close(token) {
      waits.delete(token);
    },
    closeAll(executionArn) {
      for (const [token, wait] of waits) if (wait.executionArn === executionArn) waits.delete(token);
    },
    answer(token, outcome) {
      find(token).answered(outcome);
      waits.delete(token);
    },
    heartbeat(token) {
      find(token).heartbeat();
    },
  };
}
