import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../local/states/parse-definition.ts';
import { awaitToken, functionArn, invoke, machine } from './harness.ts';

const done = { Type: 'Succeed' };
const pass = (rest: Record<string, unknown>) => machine({ Only: { Type: 'Pass', ...rest } });
const task = (rest: Record<string, unknown>) => machine({ Work: invoke('work', { ...rest, End: true }), Done: done });
const output = (Output: unknown) => pass({ Output, End: true });
const update = (Arguments: Record<string, unknown>) =>
  machine({ Write: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem', Arguments: { TableName: 'jobs', Key: { pk: { S: '1' } }, ...Arguments }, End: true } });
const caught = (Catch: unknown[]) => machine({ Work: invoke('work', { Catch, End: true }), Done: done });

/** What the local Step Functions says of a definition; undefined when it takes it. */
function refusal(definition: string): string | undefined {
  try {
    parseDefinition(definition);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidDefinition') throw error;
    return error.message;
  }
}

const refused: Record<string, [what: string, definition: string, says: string][]> = {
  'whole definitions': [
    ['no JSON', 'not json', 'the definition must be JSON'],
    ['no object', '[]', 'the definition must be a JSON object at /'],
    ['no dialect', JSON.stringify({ StartAt: 'A', States: { A: done } }), "must be 'JSONata'"],
    ['JSONPath', machine({ A: done }, { QueryLanguage: 'JSONPath' }), "must be 'JSONata'"],
    ['no StartAt', JSON.stringify({ QueryLanguage: 'JSONata', States: { A: done } }), 'at /StartAt'],
    ['a StartAt that leads nowhere', machine({ A: done }, { StartAt: 'B' }), "there is no state 'B' at /StartAt"],
    ['an unknown top-level field', machine({ A: done }, { Name: 'x' }), "the field 'Name' is unknown here or not implemented by the local Step Functions at /Name"],
    ['a time limit of zero', machine({ A: done }, { TimeoutSeconds: 0 }), 'at /TimeoutSeconds'],
    ['a time limit that is an expression', machine({ A: done }, { TimeoutSeconds: '{% 5 %}' }), 'at /TimeoutSeconds'],
    ['another version', machine({ A: done }, { Version: '2.0' }), 'at /Version'],
    ['a name of a state that is too long', machine({ ['A'.repeat(81)]: done }), `at /States/${'A'.repeat(81)}`],
  ],
  'states and transitions': [
    ['Parallel', machine({ A: { Type: 'Parallel', Branches: [], End: true } }), "the state type 'Parallel' is not implemented by the local Step Functions at /States/A/Type"],
    ['Map', machine({ A: { Type: 'Map', End: true } }), "the state type 'Map' is not implemented by the local Step Functions at /States/A/Type"],
    ['a misspelt type', machine({ A: { Type: 'Pas', End: true } }), 'must be one of Task, Pass, Choice, Wait, Succeed, Fail at /States/A/Type'],
    ['no type', machine({ A: { End: true } }), 'at /States/A/Type'],
    ['an unknown Next', pass({ Next: 'Nowhere' }), "there is no state 'Nowhere' at /States/Only/Next"],
    ['an unknown Next in a Catch', caught([{ ErrorEquals: ['E'], Next: 'Nowhere' }]), "there is no state 'Nowhere' at /States/Work/Catch[0]/Next"],
    ['an unknown Next in a Choice', machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'Done' }, Done: done }), "there is no state 'B' at /States/A/Choices[0]/Next"],
    ['an unknown Default', machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Done' }], Default: 'B' }, Done: done }), "there is no state 'B' at /States/A/Default"],
    ['neither Next nor End', pass({}), "needs either 'Next' or 'End' at /States/Only"],
    ['both Next and End', pass({ Next: 'Only', End: true }), "needs either 'Next' or 'End'"],
    ['End: false', pass({ End: false }), 'at /States/Only/End'],
    ['a state that nothing leads to', machine({ A: done, B: done }), 'no state leads here at /States/B'],
    ['no end', machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }), 'no end can be reached from here at /States/A'],
    ['a loop without a way out', machine({ A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'Done' }, B: { Type: 'Pass', Next: 'B' }, Done: done }), 'no end can be reached from here at /States/B'],
    ['Next in a Succeed', machine({ A: { Type: 'Succeed', Next: 'A' } }), "the field 'Next' is unknown here"],
    ['Assign in a Succeed', machine({ A: { Type: 'Succeed', Assign: {} } }), "the field 'Assign' is unknown here"],
    ['Output in a Fail', machine({ A: { Type: 'Fail', Output: 1 } }), "the field 'Output' is unknown here"],
    ['a Choice without rules', machine({ A: { Type: 'Choice', Choices: [], Default: 'Done' }, Done: done }), 'at /States/A/Choices'],
    ['a rule without a Condition', machine({ A: { Type: 'Choice', Choices: [{ Next: 'Done' }] }, Done: done }), 'at /States/A/Choices/0/Condition'],
    ['a Condition that is a plain text', machine({ A: { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Done' }] }, Done: done }), 'must be a boolean or a JSONata expression'],
    ['a Wait for nothing', machine({ A: { Type: 'Wait', End: true } }), "needs either 'Seconds' or 'Timestamp'"],
    ['a Wait for two things', machine({ A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } }), "needs either 'Seconds' or 'Timestamp'"],
    ['a moment without an offset', machine({ A: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00', End: true } }), 'must be an RFC 3339 timestamp'],
  ],
  'fields of JSONPath': [
    ...['InputPath', 'OutputPath', 'ResultPath', 'ResultSelector', 'Parameters', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'].map(
      (field): [string, string, string] => [field, task({ [field]: '$' }), `'${field}' is a field of JSONPath states, not of JSONata states at /States/Work/${field}`],
    ),
    ['Result', pass({ Result: 1, End: true }), "'Result' is a field of JSONPath states"],
    ['SecondsPath', machine({ A: { Type: 'Wait', SecondsPath: '$.s', End: true } }), "'SecondsPath' is a field of JSONPath states"],
    ['ErrorPath', machine({ A: { Type: 'Fail', ErrorPath: '$.e' } }), "'ErrorPath' is a field of JSONPath states"],
    ['Variable', machine({ A: { Type: 'Choice', Choices: [{ Variable: '$.x', StringEquals: 'a', Next: 'Done' }] }, Done: done }), "'Variable' is a field of JSONPath states"],
    ['a key that ends in .$', output({ 'id.$': '$.id' }), "a key that ends in '.$' belongs to JSONPath at /States/Only/Output/id.$"],
    ['a state in the other dialect', pass({ QueryLanguage: 'JSONPath', End: true }), 'at /States/Only/QueryLanguage'],
  ],
  'Retry, Catch and time limits': [
    ['States.ALL in company', task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }), "'States.ALL' must stand alone at /States/Work/Retry[0]/ErrorEquals"],
    ['States.ALL before the last Retrier', task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }), "'States.ALL' must come last at /States/Work/Retry[0]/ErrorEquals"],
    ['States.ALL before the last Catcher', caught([{ ErrorEquals: ['States.ALL'], Next: 'Done' }, { ErrorEquals: ['E'], Next: 'Done' }]), "'States.ALL' must come last at /States/Work/Catch[0]/ErrorEquals"],
    ['a misspelt built-in error', caught([{ ErrorEquals: ['States.TimeOut'], Next: 'Done' }]), "there is no built-in error 'States.TimeOut'"],
    ['no error', caught([{ ErrorEquals: [], Next: 'Done' }]), 'at /States/Work/Catch/0/ErrorEquals'],
    ['an unknown field of a Retrier', task({ Retry: [{ ErrorEquals: ['E'], MaxRetries: 1 }] }), "the field 'MaxRetries' is unknown here"],
    ['an unknown field of a Catcher', caught([{ ErrorEquals: ['E'], Next: 'Done', Delay: 1 }]), "the field 'Delay' is unknown here"],
    ['ResultPath of a Catcher', caught([{ ErrorEquals: ['E'], Next: 'Done', ResultPath: '$' }]), "'ResultPath' is a field of JSONPath states"],
    ['an interval of zero', task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 0 }] }), 'at /States/Work/Retry/0/IntervalSeconds'],
    ['a rate below one', task({ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }), 'at /States/Work/Retry/0/BackoffRate'],
    ['attempts below zero', task({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: -1 }] }), 'at /States/Work/Retry/0/MaxAttempts'],
    ['a longest delay of a year', task({ Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_400 }] }), 'at /States/Work/Retry/0/MaxDelaySeconds'],
    ['a misspelt jitter', task({ Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'Full' }] }), 'at /States/Work/Retry/0/JitterStrategy'],
    ['a time limit of zero', task({ TimeoutSeconds: 0 }), 'must be an integer from 1 to 99999999, or a JSONata expression that gives one at /States/Work/TimeoutSeconds'],
    ['a time limit in quotes', task({ TimeoutSeconds: '35' }), 'at /States/Work/TimeoutSeconds'],
    ['a heartbeat as long as the time limit', task({ TimeoutSeconds: 10, HeartbeatSeconds: 10 }), "must be smaller than 'TimeoutSeconds' at /States/Work/HeartbeatSeconds"],
    ['Retry in a Pass', pass({ Retry: [], End: true }), "the field 'Retry' is unknown here"],
  ],
  resources: [
    ['the optimised DynamoDB integration with a token', machine({ W: { ...awaitToken({ End: true }), Resource: 'arn:aws:states:::dynamodb:updateItem.waitForTaskToken' } }), "the optimised DynamoDB integration takes no '.waitForTaskToken'"],
    ['the optimised DynamoDB integration', machine({ W: { ...awaitToken({ End: true }), Resource: 'arn:aws:states:::dynamodb:updateItem' } }), 'the local Step Functions has no such resource'],
    ['lambda:invoke with a token', machine({ W: invoke('work', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true }) }), 'has no such resource'],
    ['another action', machine({ W: { ...awaitToken({ End: true }), Resource: 'arn:aws:states:::aws-sdk:dynamodb:putItem' } }), 'at /States/W/Resource'],
    ['a misspelt integration', machine({ W: { ...awaitToken({ End: true }), Resource: 'arn:aws:states:::aws-sdk:dynamoDB:updateItem.waitForTaskToken' } }), 'at /States/W/Resource'],
    ['a misspelt pattern', machine({ W: { ...awaitToken({ End: true }), Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForToken' } }), 'at /States/W/Resource'],
    ['a placeholder', machine({ W: { Type: 'Task', Resource: '${WorkArn}', End: true } }), 'at /States/W/Resource'],
    ['Credentials', task({ Credentials: { RoleArn: 'x' } }), "the field 'Credentials' is unknown here or not implemented"],
    ['a token wait that passes no token on', machine({ W: { ...awaitToken({ End: true }), Arguments: { TableName: 'jobs', Key: { pk: { S: '1' } } } } }), 'nobody can end this wait'],
    ['no function', task({ Arguments: { Payload: {} } }), 'is required at /States/Work/Arguments/FunctionName'],
    ['a function that is a placeholder', task({ Arguments: { FunctionName: '${WorkArn}' } }), 'must be the name or the ARN of a function at /States/Work/Arguments/FunctionName'],
    ['an argument of lambda:invoke that is not passed on', task({ Arguments: { FunctionName: 'work', InvocationType: 'Event' } }), 'at /States/Work/Arguments/InvocationType'],
  ],
  'DynamoDB arguments': [
    ...[['BOOL', 'Bool', true], ['NULL', 'Nul', true], ['SS', 'Ss', ['a']], ['NS', 'Ns', ['1']]].map(([api, sdk, value]): [string, string, string] => [
      String(api),
      update({ ExpressionAttributeValues: { ':v': { [String(api)]: value } } }),
      `'${String(api)}' is the API's spelling; the AWS SDK integration spells it '${String(sdk)}' at /States/Write/Arguments/ExpressionAttributeValues/:v`,
    ]),
    ['BOOL deep inside', update({ ExpressionAttributeValues: { ':v': { L: [{ M: { a: { BOOL: true } } }] } } }), 'at /States/Write/Arguments/ExpressionAttributeValues/:v/L[0]/M/a'],
    ['a number that is no text', update({ ExpressionAttributeValues: { ':v': { N: 1 } } }), 'must be a string, not number at /States/Write/Arguments/ExpressionAttributeValues/:v/N'],
    ['a set of numbers that are no texts', update({ ExpressionAttributeValues: { ':v': { Ns: [1] } } }), 'must be a string, not number at /States/Write/Arguments/ExpressionAttributeValues/:v/Ns[0]'],
    ['a truth in quotes', update({ ExpressionAttributeValues: { ':v': { Bool: 'true' } } }), 'must be a boolean, not string'],
    ['a null that is false', update({ ExpressionAttributeValues: { ':v': { Nul: false } } }), 'must be true'],
    ['binary', update({ ExpressionAttributeValues: { ':v': { B: 'AA==' } } }), "'B' (binary) is not implemented by the local Step Functions"],
    ['an unknown type', update({ ExpressionAttributeValues: { ':v': { X: '1' } } }), "'X' is no attribute type"],
    ['a key with no type', update({ Key: { pk: '1' } }), 'at /States/Write/Arguments/Key/pk'],
    ['a parameter in camelCase', update({ updateExpression: 'x' }), 'parameters are in PascalCase at /States/Write/Arguments/updateExpression'],
    ['a legacy parameter', update({ AttributeUpdates: {} }), 'at /States/Write/Arguments/AttributeUpdates'],
    ['no table', update({ TableName: undefined }), 'is required at /States/Write/Arguments/TableName'],
    ['a table that is a placeholder', update({ TableName: '${JobsTable}' }), 'must be the name or the ARN of a table at /States/Write/Arguments/TableName'],
    ['an expression that is no text', update({ UpdateExpression: { S: 'x' } }), 'must be a string, not object at /States/Write/Arguments/UpdateExpression'],
  ],
  expressions: [
    ['a syntax error', output('{% 1 + %}'), 'not a JSONata expression: S0207'],
    ['an operator of later JSONata', output('{% $states.input.a ?? 1 %}'), 'not a JSONata expression'],
    ['no end', output('{% $states.input'), "an expression starts with '{%' and ends with '%}'"],
    ['no start', output('$states.input %}'), "an expression starts with '{%'"],
    ['text around it', output('job {% $states.input.id %}'), 'with nothing before or after'],
    ['an expression as a key', output({ '{% $states.input.id %}': 1 }), 'a key is not evaluated'],
    ['a bare name', output('{% phone %}'), "reference to 'phone' at the top level is not supported"],
    ['a bare name in a lambda', output('{% $map($states.input.a, function($x){ b }) %}'), "reference to 'b' at the top level"],
    ['a bare name as a key', output('{% {aaa: 1} %}'), "reference to 'aaa' at the top level"],
    ['$', output('{% $ %}'), "reference to '$' at the top level"],
    ['$$, also inside', output('{% $states.input.a[b = $$.c] %}'), "reference to '$$' at the top level"],
    ['$eval', output("{% $eval('1') %}"), '$eval is not supported by Step Functions; use $parse'],
    ['a variable that nothing assigns', output('{% $wiats %}'), 'no state assigns the variable $wiats'],
    ['such a variable inside a sort', output('{% $states.input.a^(>$wiats) %}'), 'the variable $wiats'],
    ['such a variable inside a predicate', output('{% $states.input.a[b = $wiats] %}'), 'the variable $wiats'],
    ['such a variable inside a group', output('{% $states.input.a{b: $wiats} %}'), 'the variable $wiats'],
    ['such a variable inside a transform', output('{% $states.input ~> |a|{"b": $wiats}| %}'), 'the variable $wiats'],
    ['a function that there is not', output('{% $partion([1], 1) %}'), 'no state assigns the variable $partion, and there is no function of that name'],
    ['$states.result outside a Task', output('{% $states.result %}'), "$states.result is known only in a Task's own Assign and Output"],
    ['$states.result in Arguments', task({ Arguments: { FunctionName: 'work', Payload: '{% $states.result %}' } }), 'at /States/Work/Arguments/Payload'],
    ['$states.result in a Catcher', caught([{ ErrorEquals: ['E'], Next: 'Done', Output: '{% $states.result %}' }]), 'at /States/Work/Catch[0]/Output'],
    ['$states.errorOutput outside a Catcher', task({ Output: '{% $states.errorOutput %}' }), "$states.errorOutput is known only in a Catcher's Assign and Output"],
    ['a misspelt member', output('{% $states.inputs.id %}'), 'there is no $states.inputs'],
    ['a misspelt member of the context', output('{% $states.context.Execution.ID %}'), 'there is no $states.context.Execution.ID'],
    ['the token outside a token wait', task({ Arguments: { FunctionName: 'work', Payload: '{% $states.context.Task.Token %}' } }), "$states.context.Task.Token is known only in the Arguments of a '.waitForTaskToken' state"],
    ['an assignment to states', pass({ Assign: { states: 1 }, End: true }), "'states' is reserved"],
    ['a variable with a name that is none', pass({ Assign: { 'a-b': 1 }, End: true }), 'a variable is named by a Unicode identifier at /States/Only/Assign/a-b'],
    ['a dollar sign in an assigned name', pass({ Assign: { $a: 1 }, End: true }), 'a variable is named by a Unicode identifier'],
  ],
};

describe.each(Object.entries(refused))('createStateMachine refuses, in %s,', (_kind, table) => {
  it.each(table)('%s', (_what, definition, says) => {
    expect(refusal(definition)).toMatch(/^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: /u);
    expect(refusal(definition)).toContain(says);
  });
});

it('names everything that is wrong at once', () => {
  const message = refusal(machine({ A: { Type: 'Pass', Next: 'Nowhere' }, B: { Type: 'Pass', Next: 'Elsewhere' } }));

  expect(message).toContain('/States/A/Next');
  expect(message).toContain('/States/B/Next');
});

describe('createStateMachine takes', () => {
  it.each([
    ['comments everywhere', machine({ A: { Type: 'Choice', Comment: 'c', Choices: [{ Comment: 'c', Condition: '{% true %}', Next: 'B' }], Default: 'Done' }, B: invoke('work', { Comment: 'c', Retry: [{ Comment: 'c', ErrorEquals: ['E'] }], Catch: [{ Comment: 'c', ErrorEquals: ['E'], Next: 'Done' }], Next: 'Done' }), Done: done }, { Comment: 'c', Version: '1.0' })],
    ['a loop with a way out', machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Choice', Choices: [{ Condition: '{% $exists($n) %}', Next: 'A' }], Assign: { n: 1 }, Default: 'Done' }, Done: done })],
    ['a token wait', machine({ W: awaitToken({ TimeoutSeconds: '{% $states.input.s %}', HeartbeatSeconds: 10, End: true }) }, { TimeoutSeconds: 300 })],
    ['a bare function', machine({ W: { Type: 'Task', Resource: functionArn('work'), End: true } })],
    ['arguments from one expression', machine({ W: invoke('work', { Arguments: "{% {'FunctionName': 'work', 'Payload': $states.input} %}", End: true }) })],
    ['every kind of attribute value', update({ ExpressionAttributeValues: { ':a': { Bool: '{% true %}' }, ':b': { L: '{% [] %}' }, ':c': '{% $states.input.c %}', ':d': { M: { x: { Ns: ['{% "1" %}'] } } } } })],
    ['$states.input whole, in an object', output("{% $merge([$states.input, {'a': 1}]) %}")],
    ['names inside predicates, sorts, groups and transforms', output('{% [$states.input.a[b = 1].c, $states.input.a^(b), $states.input.a{b: $sum(c)}, $states.input ~> |a|{"b": c}|] %}')],
    ['variables bound by the expression', output('{% ($f := function($x, $y){ $x + $y }; $reduce([1,2], $f)) %}')],
  ])('%s, as asl-validator does', (_what, definition) => {
    expect(refusal(definition)).toBeUndefined();
    expect(aslValidator(JSON.parse(definition) as object).errors).toEqual([]);
  });
});
