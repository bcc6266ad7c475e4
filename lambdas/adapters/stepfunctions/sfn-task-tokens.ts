import { InvalidToken, SendTaskFailureCommand, SendTaskSuccessCommand, TaskDoesNotExist, TaskTimedOut, type SFNClient } from '@aws-sdk/client-sfn';
import { AppError } from '../../domain/errors.ts';
import type { MachineSignal } from '../../domain/job-machine.ts';
import type { TaskTokens } from '../../ports.ts';

export class SfnTaskTokens implements TaskTokens {
  readonly #client: SFNClient;

  constructor(client: SFNClient) {
    this.#client = client;
  }

  succeed(token: string): Promise<void> {
    return settle(this.#client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{}' })));
  }

  exit(token: string, signal: MachineSignal): Promise<void> {
    return settle(this.#client.send(new SendTaskFailureCommand({ taskToken: token, error: signal, cause: 'Told to the waiting state from outside the machine.' })));
  }
}

/** @throws AppError Internal for a text that never was a token of this service */
async function settle(sending: Promise<unknown>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    // Used up or timed out, or its execution is gone with its history: either way nobody waits there any more.
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return;
    // Without the cause: the service may quote the token.
    if (error instanceof InvalidToken) throw new AppError('Internal', 'a stored task token is malformed; the time limit of its wait ends it');
    throw error;
  }
}
