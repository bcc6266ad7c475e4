import { randomUUID } from 'node:crypto';
import type { Clock } from '../states/clock.ts';
import type { Trigger } from './event-properties.ts';

export interface EventBus {
  /** Hands an event of an AWS service to every rule that matches it. */
  publish(event: { source: string; detailType: string; resources: readonly string[]; detail: unknown }): void;
  /** Starts the schedules. The first firing comes one interval later. */
  start(): void;
  close(): void;
}

export interface EventBusSettings {
  readonly triggers: readonly Trigger[];
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  /** Invokes a function without waiting; `event` is JSON text. */
  readonly invokeAsync: (functionArn: string, event: string) => void;
}

/** The default event bus and both kinds of schedule. */
export function createEventBus({ triggers, clock, region, accountId, invokeAsync }: EventBusSettings): EventBus {
  const cancels = new Map<Trigger, () => void>();
  let closed = false;

  const envelope = (source: string, detailType: string, resources: readonly string[], detail: unknown) => ({
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: accountId,
    time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    region,
    resources,
    detail,
  });
  const fire = ({ targets }: Trigger, event: unknown): void => {
    for (const { functionArn, input } of targets) invokeAsync(functionArn, input ?? JSON.stringify(event));
  };
  const arm = (trigger: Extract<Trigger, { kind: 'rate' }>): void => {
    const cancel = clock.setTimer(trigger.everyMs, () => {
      if (closed) return;
      arm(trigger);
      // The scheduler's detail is the text of an empty object, a rule's is the object itself.
      fire(trigger, envelope(trigger.source, 'Scheduled Event', [trigger.arn], trigger.source === 'aws.scheduler' ? '{}' : {}));
    });
    cancels.set(trigger, cancel);
  };

  return {
    publish: ({ source, detailType, resources, detail }) => {
      if (closed) return;
      const event = envelope(source, detailType, resources, detail);
      for (const trigger of triggers) if (trigger.kind === 'pattern' && trigger.matches(event)) fire(trigger, event);
    },
    start: () => {
      for (const trigger of triggers) if (trigger.kind === 'rate') arm(trigger);
    },
    close: () => {
      closed = true;
      for (const cancel of cancels.values()) cancel();
    },
  };
}
