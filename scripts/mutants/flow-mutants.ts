import type { Mutant } from './mutant.ts';

const definition = 'statemachines/aggregation-job.asl.json';
const crossings = 'test/statemachine/crossings.test.ts';
const edges = 'test/statemachine/edges.test.ts';
const healing = 'test/statemachine/healing.test.ts';

/** The state machine, its tasks, the deliveries that wake it, and the sweep. */
export const flowMutants: readonly Mutant[] = [
  {
    name: 'unread rule: AwaitSignal sleeps over a signal', file: definition,
    find: 'signalSeq <= heardSeq AND', replace: 'heardSeq <= signalSeq AND',
    caughtBy: { file: crossings, title: 'wakes the job when it is the webhook of a job that %s' },
  },
  {
    name: 'PauseForMfa sleeps over an end', file: definition,
    find: 'signalRank <= :mfa AND', replace: '(signalRank <= :mfa OR signalRank > :mfa) AND',
    caughtBy: { file: crossings, title: 'wakes the job when it is the webhook of an end that outruns the pause' },
  },
  {
    name: 'PauseForMfa sleeps over a resume', file: definition,
    find: ' AND resumes <= heardResumes AND', replace: ' AND heardResumes <= resumes AND',
    caughtBy: { file: healing, title: 'is not lost when it comes while the job looks at upstream for another reason' },
  },
  {
    name: 'AwaitTurn waits although the job is over', file: definition,
    find: '"ConditionExpression": "#status = :running"', replace: '"ConditionExpression": "#status = :running OR #status <> :running"',
    caughtBy: { file: crossings, title: 'ends the execution when it is the end of the job, in %s' },
  },
  {
    name: 'AwaitSignal waits past the deadline', file: definition,
    find: '$max([1, $min([$wait, $left])])', replace: '$max([1, $wait])',
    caughtBy: { file: 'test/statemachine/deadlines.test.ts', title: 'when upstream takes every look and never answers' },
  },
  {
    name: 'each pause has 15 minutes of its own', file: definition,
    find: '"TimeoutSeconds": "{% $max([1, 900 - $sum([$states.input.mfaSpent, 0])]) %}"', replace: '"TimeoutSeconds": 900',
    caughtBy: { file: edges, title: 'gives all pauses of one job 15 minutes together' },
  },
  {
    name: 'a turn is waited for without end', file: definition,
    find: '"turnSecondsLeft": "{% 960 - ', replace: '"turnSecondsLeft": "{% 9600 - ',
    caughtBy: { file: edges, title: 'gives up its turn after 16 minutes' },
  },
  {
    name: 'a failed job is tried a third time', file: definition,
    find: '$sum([$states.input.retries, 0]) < 1 and', replace: '$sum([$states.input.retries, 0]) < 2 and',
    caughtBy: { file: edges, title: 'fails after two failed attempts with the code of the second' },
  },
  {
    name: 'an unclear create is repeated by the machine', file: definition,
    find: '"UpstreamThrottled",\n            "UpstreamUnreachable"', replace: '"UpstreamThrottled",\n            "UpstreamUnavailable"',
    caughtBy: { file: 'test/statemachine/definition.test.ts', title: 'repeats a create only after what surely was not accepted, or after a fault of Lambda or of ours, which the intent guards' },
  },
  {
    name: 'unclear: a create is written to a connection that may be gone', file: 'lambdas/adapters/upstream-http/upstream-client.ts',
    find: '? fetch : fetchAfresh', replace: '? fetch : fetch',
    caughtBy: { file: 'test/adapters/fetch-afresh.test.ts', title: 'has a connection of its own, so that none is used which was lost while the function was frozen; reads share one' },
  },
  {
    name: 'surely not accepted: an unclear create counts as refused', file: 'lambdas/usecases/create-upstream-job.ts',
    find: 'error.details.surelyNotAccepted === true', replace: "error.code === 'UpstreamUnavailable'",
    caughtBy: { file: edges, title: 'never posts an unclear create again, and fails when no webhook tells its id within half a minute' },
  },
  {
    name: 'surely not accepted: a lost reply counts as never sent', file: 'lambdas/adapters/upstream-http/no-reply.ts',
    find: 'attempts.length > 0 && attempts.every(isBeforeSending)', replace: 'attempts.every(isBeforeSending)',
    caughtBy: { file: 'test/adapters/upstream-faults.test.ts', title: 'by %s is judged by whether it can have been sent' },
  },
  {
    name: 'heardSeq: what comes during a look is taken as heard', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'return await deps.upstream.readState(job.merchantId, job.connectionId, upstreamJobId);',
    replace: 'const state = await deps.upstream.readState(job.merchantId, job.connectionId, upstreamJobId);\n    await deps.progress.hear(request, deps.clock.now());\n    return state;',
    caughtBy: { file: crossings, title: 'is no less news when it comes while upstream is read' },
  },
  {
    name: "a told end is asked for again, and upstream's status lags behind", file: 'lambdas/usecases/poll-upstream-job.ts',
    find: "job.signal.kind !== 'mfa'", replace: "job.signal.kind === 'mfa'",
    caughtBy: { file: crossings, title: 'counts in %s although the status upstream still says %o' },
  },
  {
    name: 'upstream is looked at without end', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'poll >= pollLimit', replace: 'poll < 0',
    caughtBy: { file: edges, title: 'ends after 30 looks at upstream, however often the bank asks' },
  },
  {
    name: 'the last look does not end the time for the bank', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'request.mfaSecondsLeft <= 0', replace: 'request.mfaSecondsLeft < 0',
    caughtBy: { file: edges, title: 'takes a last look when the 15 minutes are over, then expires' },
  },
  {
    name: 'trust switch: a surprise is none', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'set(merchantId, false, deps.clock.now())', replace: 'set(merchantId, true, deps.clock.now())',
    caughtBy: { file: healing, title: 'is lost when a poll finds an end that no signal told, and won back by the next signed delivery' },
  },
  {
    name: 'trust switch: a replay brings it back', file: 'lambdas/usecases/apply-delivery.ts',
    find: 'if (!isRepeat) await', replace: 'await',
    caughtBy: { file: healing, title: 'changes nothing, not even the trust that was lost since' },
  },
  {
    name: 'trust switch: a replay that is about no job brings it back', file: 'lambdas/adapters/dynamodb/job-signals.ts',
    find: "Item, ConditionExpression: 'attribute_not_exists(pk)' }", replace: 'Item }',
    caughtBy: { file: healing, title: 'of what is about no job, and one whose time cannot be read, bring no trust back' },
  },
  {
    name: 'trust switch: schedules are mixed up', file: 'lambdas/usecases/create-upstream-job.ts',
    find: '? waitSchedules.trusting : waitSchedules.doubting', replace: '? waitSchedules.doubting : waitSchedules.trusting',
    caughtBy: { file: 'test/statemachine/transitions.test.ts', title: '$schedule, upstream takes $seconds s: $count' },
  },
  {
    name: 'timeliness: a delivery of yesterday counts', file: 'lambdas/usecases/apply-delivery.ts',
    find: 'age <= oldestMs &&', replace: 'age >= -oldestMs &&',
    caughtBy: { file: healing, title: 'that is %s changes nothing' },
  },
  {
    name: 'timeliness: a delivery of tomorrow counts', file: 'lambdas/usecases/apply-delivery.ts',
    find: '&& age >= -newestMs', replace: '',
    caughtBy: { file: healing, title: 'that is %s changes nothing' },
  },
  {
    name: 'a late question sends the person back into a pause', file: 'lambdas/usecases/apply-delivery.ts',
    find: "wait.isAfterPause ? 'LookAgain' : 'MfaRequired'", replace: "'MfaRequired'",
    caughtBy: { file: crossings, title: 'that comes after the person has answered, and upstream was looked at %i times since, brings nobody back into a pause' },
  },
  {
    name: 'a revocation leaves the running jobs alone', file: 'lambdas/usecases/apply-delivery.ts',
    find: "if (connection?.status !== 'revoked') return;", replace: "if (connection?.status === 'revoked') return;",
    caughtBy: { file: healing, title: 'marks the connection and ends its running jobs' },
  },
  {
    name: 'a revocation from before the last save ends the running jobs', file: 'lambdas/usecases/apply-delivery.ts',
    find: "if (connection?.status !== 'revoked') return;", replace: 'if (connection === undefined) return;',
    caughtBy: { file: 'test/statemachine/deliveries.test.ts', title: 'from before the connection was saved anew ends nothing' },
  },
  {
    name: 'a revocation within the second of a save is taken for older', file: 'lambdas/usecases/apply-delivery.ts',
    find: 'time.getTime() + 999', replace: 'time.getTime()',
    caughtBy: { file: 'test/statemachine/deliveries.test.ts', title: '%s: a connection saved at %i ms, revoked %i ms from then, is %s' },
  },
  {
    name: 'a connection is marked whatever upstream says', file: 'lambdas/usecases/record-failure.ts',
    find: "=== 'UserActionRequired'", replace: "!== 'UserActionRequired'",
    caughtBy: { file: edges, title: 'asks the person to reconnect after two failures with code %s, and leaves the connection %s' },
  },
  {
    name: 'an end wakes no sibling', file: 'lambdas/usecases/wake-next-sibling.ts',
    find: "job.waitState === 'AwaitTurn'", replace: "job.waitState === 'AwaitSignal'",
    caughtBy: { file: healing, title: 'take turns, and the end of one wakes the next' },
  },
  {
    name: 'an end wakes every sibling', file: 'lambdas/usecases/wake-next-sibling.ts',
    find: "if (next?.waitToken != null) await deps.tokens.succeed(next.waitToken);", replace: 'for (const { waitToken } of siblings) if (waitToken !== null) await deps.tokens.succeed(waitToken);',
    caughtBy: { file: 'test/statemachine/cancel.test.ts', title: 'lets only the one go on that has waited longest, and nobody when it is canceled again' },
  },
  {
    name: 'sweep: a dead execution leaves its row open', file: 'lambdas/usecases/heal-job.ts',
    find: "if (execution !== 'running') return", replace: "if (execution === 'missing') return",
    caughtBy: { file: healing, title: 'closes a job whose execution ended without saying so' },
  },
  {
    name: 'sweep: a stored signal that was never sent stays unsent', file: 'lambdas/usecases/heal-job.ts',
    find: 'job.signalSeq > job.heardSeq ||', replace: 'job.signalSeq < job.heardSeq ||',
    caughtBy: { file: healing, title: 'wakes a job whose signal was stored by a webhook that died before its send' },
  },
  {
    name: 'sweep: a resume that was never sent stays unsent', file: 'lambdas/usecases/heal-job.ts',
    find: '|| job.resumes > job.heardResumes', replace: '|| job.resumes < job.heardResumes',
    caughtBy: { file: healing, title: 'that died before it could wake the job is made good by the sweep' },
  },
  {
    name: 'sweep: the webhook gets no time to wake the job itself', file: 'lambdas/usecases/heal-job.ts',
    find: '< graceMs) return undefined', replace: '< 0) return undefined',
    caughtBy: { file: healing, title: 'gives a webhook half a minute to wake the job itself' },
  },
  {
    name: 'dead execution: its row is not closed', file: 'lambdas/usecases/close-dead-execution.ts',
    find: 'timedOut: boolean): Promise<boolean> {', replace: 'timedOut: boolean): Promise<boolean> {\n  if (ref.jobId !== "") return false;',
    caughtBy: { file: healing, title: 'and is told as %s closes its job as %s' },
  },
  {
    name: 'dead execution: one past its time is a fault of ours', file: 'lambdas/usecases/close-dead-execution.ts',
    find: "timedOut ? 'JobTimedOut' : 'Internal'", replace: "timedOut ? 'Internal' : 'JobTimedOut'",
    caughtBy: { file: healing, title: 'and is told as %s closes its job as %s' },
  },
  {
    name: 'sweep: a row past every limit stays open', file: 'lambdas/usecases/heal-job.ts',
    find: '> longestMs) return', replace: '> 2 * longestMs) return',
    caughtBy: { file: healing, title: 'and whose row is open still is closed by the sweep once every limit is past, though Step Functions says nothing' },
  },
  {
    name: 'sweep: a job that fetches its data for long is woken', file: 'lambdas/usecases/heal-job.ts',
    find: "if (job.status === 'fetching') return undefined;", replace: '',
    caughtBy: { file: healing, title: 'leaves a job alone whose data is being fetched for long' },
  },
  {
    name: 'question: a flag is ignored in a second attempt', file: 'lambdas/domain/job.ts',
    find: "event === 'resumed' || event === 'retrying'", replace: "event === 'resumed'",
    caughtBy: { file: edges, title: 'believes a flag again in a second attempt' },
  },
  {
    name: 'question: a flag that stays up is never believed', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'const flagSettlesWithinMs = 60_000;', replace: 'const flagSettlesWithinMs = 600_000;',
    caughtBy: { file: edges, title: 'goes back into the pause when only a flag tells that the person came back too early' },
  },
  {
    name: 'polls: questions have upstream looked at without end', file: 'lambdas/usecases/poll-upstream-job.ts',
    find: 'throwWhenLookedOften(request);\n      if (request.mfa', replace: 'if (request.mfa',
    caughtBy: { file: edges, title: 'ends after 30 looks at upstream, however often the bank asks' },
  },
  {
    name: 'removal: the execution of a canceled job is not told again', file: 'lambdas/usecases/complete-removal.ts',
    find: "return status === 'canceled' && waitToken", replace: "return status !== 'canceled' && waitToken",
    caughtBy: { file: 'test/statemachine/removal.test.ts', title: 'tells the execution of a job that it canceled, though it died in between' },
  },
  {
    name: 'lost start: a read of the job does not make it good', file: 'lambdas/usecases/ensure-started.ts',
    find: "job.status !== 'queued' ||", replace: "job.status === 'queued' ||",
    caughtBy: { file: healing, title: 'starts a job whose start was lost as soon as that shows, once' },
  },
  {
    name: 'create: what failed before it was sent counts as sent', file: 'lambdas/usecases/create-upstream-job.ts',
    find: '.catch((error: unknown) => takeBack(deps, request, error))', replace: '',
    caughtBy: { file: edges, title: 'tries again after a passing fault of ours in %s' },
  },
  {
    name: 'create: a token that could not be had counts as sent', file: 'lambdas/adapters/upstream-http/before-sending.ts',
    find: 'surelyNotAccepted: true', replace: 'surelyNotAccepted: false',
    caughtBy: { file: 'test/adapters/tokens.test.ts', title: 'leaves a create surely not accepted when the credentials cannot be read' },
  },
  {
    name: 'cancel: a wait that began since the job was read is not ended', file: 'lambdas/adapters/dynamodb/job-end.ts',
    find: "isStill('waitToken', ':token', job.waitToken)", replace: "isStill('waitToken', ':token', job.waitToken).replace('=', '<>')",
    caughtBy: { file: 'test/repositories/jobs.test.ts', title: 'is answered with the token of the wait that began between its reading and its end, so that nobody waits on' },
  },
  {
    name: 'orphan: a job of other dates takes it', file: 'lambdas/adapters/dynamodb/orphan-rows.ts',
    find: "`ORPHAN#${type}#${startDate ?? ''}#${endDate ?? ''}`", replace: "`ORPHAN#${startDate === endDate ? '' : ''}`",
    caughtBy: { file: 'test/statemachine/cancel.test.ts', title: 'is never taken by a job of other dates or of another type' },
  },
  {
    name: 'redrive: a job that runs is started anew', file: 'lambdas/usecases/redrive-job.ts',
    find: "failed.status !== 'failed' && failed.status !== 'expired'", replace: "failed.status === 'completed'",
    caughtBy: { file: 'test/api/job-upkeep.test.ts', title: 'answers Conflict for a job that is %s, and starts nothing' },
  },
  {
    name: 'long poll: places are not counted', file: 'lambdas/adapters/dynamodb/long-polls.ts',
    find: "'attribute_not_exists(waiting) OR waiting < :rest'", replace: "'attribute_not_exists(waiting) OR waiting <> :rest OR waiting = :rest'",
    caughtBy: { file: 'test/api/job-upkeep.test.ts', title: 'never lets in more than 100 however many come at once' },
  },
  {
    name: 'a create is posted after the time of its job', file: 'lambdas/usecases/create-upstream-job.ts',
    find: 'datesOf(job), deadline)', replace: 'datesOf(job))',
    caughtBy: { file: 'test/statemachine/deadlines.test.ts', title: 'and has posted nothing after it, where the way to a second create was long' },
  },
];
