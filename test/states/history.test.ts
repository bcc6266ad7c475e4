import { describe, expect, it } from 'vitest';
import { countTransitions } from '../../local/states/count-transitions.ts';
import { awaitToken, failing, functionArn, invoke, machine, ok, oneAfterTheOther, setup } from './harness.ts';

const at = 1_767_225_600;
const truncated = { truncated: false };

describe('the history', () => {
  it('of a function call and a token wait is that of AWS, event by event', async () => {
    const t = setup({ lambda: () => ok({ upstreamJobId: 'u-1' }), aws: () => ({ ok: true, output: { Attributes: { n: { N: '1' } } } }) });
    const arn = await t.start(
      machine({
        Create: invoke('create', { Assign: { id: '{% $states.result.Payload.upstreamJobId %}' }, Output: 'created', Next: 'Wait' }),
        Wait: awaitToken({ TimeoutSeconds: 35, HeartbeatSeconds: 30, Output: { by: '{% $states.result %}' }, Next: 'Done' }),
        Done: { Type: 'Succeed' },
      }),
      { id: 1 },
    );
    const parameters = JSON.stringify(t.awsCalls[0]?.input);
    t.clock.advance(2000);
    await t.handle('SendTaskSuccess', { taskToken: t.token(), output: '"webhook"' });
    await t.states.idle();

    const lambda = { resourceType: 'lambda', resource: 'invoke' };
    const dynamodb = { resourceType: 'aws-sdk:dynamodb', resource: 'updateItem.waitForTaskToken' };
    const reply = '{"ExecutedVersion":"$LATEST","Payload":{"upstreamJobId":"u-1"},"StatusCode":200}';
    expect(await t.history(arn)).toEqual([
      { id: 1, previousEventId: 0, timestamp: at, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"id":1}', inputDetails: truncated, roleArn: 'arn:aws:iam::123456789012:role/jobs' } },
      { id: 2, previousEventId: 0, timestamp: at, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Create', input: '{"id":1}', inputDetails: truncated } },
      { id: 3, previousEventId: 2, timestamp: at, type: 'TaskScheduled', taskScheduledEventDetails: { ...lambda, region: 'us-east-1', parameters: `{"FunctionName":"${functionArn('create')}","Payload":{"id":1}}` } },
      { id: 4, previousEventId: 3, timestamp: at, type: 'TaskStarted', taskStartedEventDetails: lambda },
      { id: 5, previousEventId: 4, timestamp: at, type: 'TaskSucceeded', taskSucceededEventDetails: { ...lambda, output: reply, outputDetails: truncated } },
      { id: 6, previousEventId: 5, timestamp: at, type: 'TaskStateExited', stateExitedEventDetails: { name: 'Create', output: '"created"', outputDetails: truncated, assignedVariables: { id: '"u-1"' }, assignedVariablesDetails: truncated } },
      { id: 7, previousEventId: 6, timestamp: at, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Wait', input: '"created"', inputDetails: truncated } },
      { id: 8, previousEventId: 7, timestamp: at, type: 'TaskScheduled', taskScheduledEventDetails: { ...dynamodb, region: 'us-east-1', parameters, timeoutInSeconds: 35, heartbeatInSeconds: 30 } },
      { id: 9, previousEventId: 8, timestamp: at, type: 'TaskStarted', taskStartedEventDetails: dynamodb },
      { id: 10, previousEventId: 9, timestamp: at, type: 'TaskSubmitted', taskSubmittedEventDetails: { ...dynamodb, output: '{"Attributes":{"n":{"N":"1"}}}', outputDetails: truncated } },
      { id: 11, previousEventId: 10, timestamp: at + 2, type: 'TaskSucceeded', taskSucceededEventDetails: { ...dynamodb, output: '"webhook"', outputDetails: truncated } },
      { id: 12, previousEventId: 11, timestamp: at + 2, type: 'TaskStateExited', stateExitedEventDetails: { name: 'Wait', output: '{"by":"webhook"}', outputDetails: truncated } },
      { id: 13, previousEventId: 12, timestamp: at + 2, type: 'SucceedStateEntered', stateEnteredEventDetails: { name: 'Done', input: '{"by":"webhook"}', inputDetails: truncated } },
      { id: 14, previousEventId: 13, timestamp: at + 2, type: 'SucceedStateExited', stateExitedEventDetails: { name: 'Done', output: '{"by":"webhook"}', outputDetails: truncated } },
      { id: 15, previousEventId: 14, timestamp: at + 2, type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"by":"webhook"}', outputDetails: truncated } },
    ]);
  });

  it('of a time-out that is caught has no Failed event', async () => {
    const t = setup();

    const { events } = await t.run(
      machine({ Wait: awaitToken({ TimeoutSeconds: 35, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Choose' }], End: true }), Choose: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Rest' }] }, Rest: { Type: 'Wait', Seconds: 1, Next: 'Copy' }, Copy: { Type: 'Pass', Next: 'End' }, End: { Type: 'Fail', Error: 'Gone' } }),
    );

    expect(events.map((event) => event.type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskTimedOut', 'TaskStateExited', 'ChoiceStateEntered', 'ChoiceStateExited',
      'WaitStateEntered', 'WaitStateExited', 'PassStateEntered', 'PassStateExited', 'FailStateEntered', 'ExecutionFailed',
    ]);
  });

  it('of a retry has a second TaskScheduled after the TaskFailed, and no second StateEntered', async () => {
    const t = setup({ lambda: oneAfterTheOther(failing('Broken'), ok(1)) });

    const { events } = await t.run(machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['Broken'] }], End: true }) }));

    expect(events.map((event) => event.type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded',
    ]);
    expect(events.map((event) => event.previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('billed transitions', () => {
  const counted = async (definition: string, outside: Parameters<typeof setup>[0] = {}) => countTransitions((await setup(outside).run(definition)).events);
  const retrying = { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], Next: 'Done' };

  it.each([
    ['1 for the start and 1 for each state', machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Wait', Seconds: 1, Next: 'C' }, C: { Type: 'Succeed' } }), {}, 4],
    ['1 for a state that fails', machine({ A: { Type: 'Fail' } }), {}, 2],
    ['1 for each retry', machine({ Work: invoke('work', retrying), Done: { Type: 'Succeed' } }), { lambda: () => failing('Broken') }, 5],
    ['1 for each retry of a function ARN', machine({ Work: { Type: 'Task', Resource: functionArn('work'), ...retrying }, Done: { Type: 'Succeed' } }), { lambda: () => failing('Broken') }, 5],
    ['1 for each retry of arguments that fail', machine({ Work: invoke('work', { Arguments: '{% $states.input.missing %}', ...retrying }), Done: { Type: 'Succeed' } }), {}, 5],
    ['1 for each retry of an output that fails', machine({ Work: invoke('work', { Output: '{% $states.result.missing %}', ...retrying }), Done: { Type: 'Succeed' } }), {}, 5],
    ['1 for each retry of a call that fails', machine({ Wait: awaitToken(retrying), Done: { Type: 'Succeed' } }), { aws: () => ({ ok: false, errorName: 'ThrottlingException', message: '' }) as const }, 5],
    ['1 for each retry of a time-out', machine({ Wait: awaitToken({ TimeoutSeconds: 5, ...retrying }), Done: { Type: 'Succeed' } }), {}, 5],
    ['nothing for a Catcher that fails', machine({ Work: invoke('work', { Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.input.missing %}', Next: 'Done' }], End: true }), Done: { Type: 'Succeed' } }), { lambda: () => failing('Broken') }, 2],
  ])('are %s', async (_what, definition, outside, transitions) => {
    expect(await counted(definition, outside)).toBe(transitions);
  });

  it('are the same whichever way the history is read', async () => {
    const { events } = await setup({ lambda: () => failing('Broken') }).run(machine({ Work: invoke('work', retrying), Done: { Type: 'Succeed' } }));

    expect(countTransitions(events.toReversed())).toBe(5);
  });
});
