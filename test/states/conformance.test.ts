import { readFileSync } from 'node:fs';
import * as sfn from '@aws-sdk/client-sfn';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { machineSchema, stateTypes } from '../../local/states/definition-schema.ts';
import { functionNames } from '../../local/states/jsonata-functions.ts';
import { builtInErrorNames } from '../../local/states/matches-error.ts';
import { operations } from '../../local/states/operations.ts';
import { parseDefinition } from '../../local/states/parse-definition.ts';
import { awaitToken, functionArn, invoke, machine, setup } from './harness.ts';

interface Row {
  readonly feature: string;
  readonly here: string;
  readonly test: string;
}

/** Every row of every table of the document. */
const rows: Row[] = readFileSync('local/states/CONFORMANCE.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| feature '))
  .map((line) => {
    const [feature = '', here = '', test = ''] = line.slice(2).split('|').map((cell) => cell.trim());
    return { feature, here, test };
  });
const withState = (here: string) => rows.filter((row) => row.here === here);
/** What stands in backticks. */
const namesIn = (text: string) => [...text.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name);

const done = { Type: 'Succeed' };
const pass = (rest: Record<string, unknown>) => machine({ Only: { Type: 'Pass', End: true, ...rest } });
const output = (expression: string) => pass({ Output: `{% ${expression} %}` });
const task = (rest: Record<string, unknown>) => machine({ Work: invoke('work', { ...rest, End: true }) });
const caught = (ErrorEquals: string[]) => machine({ Work: invoke('work', { Catch: [{ ErrorEquals, Next: 'Done' }], End: true }), Done: done });
const wait = (rest: Record<string, unknown>) => machine({ Rest: { Type: 'Wait', Seconds: 1, End: true, ...rest } });
const fail = (rest: Record<string, unknown>) => machine({ End: { Type: 'Fail', ...rest } });
const resource = (Resource: string) => machine({ Work: { Type: 'Task', Resource, Arguments: {}, End: true } });
const invoking = (Arguments: Record<string, unknown>) => task({ Arguments: { FunctionName: 'work', ...Arguments } });
const update = (Arguments: Record<string, unknown>) =>
  machine({ Write: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem', Arguments: { TableName: 'jobs', Key: { pk: { S: '1' } }, ...Arguments }, End: true } });
const valued = (value: unknown) => update({ ExpressionAttributeValues: { ':v': value } });

/** For each row that says "refused": definitions that use the feature, and the words that name it in the refusal. */
const refused: Readonly<Record<string, readonly [definition: string, names: string][]>> = {
  '`Version` of another number': [[machine({ A: done }, { Version: '2.0' }), 'Version']],
  '`QueryLanguage` missing, which means JSONPath': [[JSON.stringify({ StartAt: 'A', States: { A: done } }), 'QueryLanguage']],
  "`JSONPath` as the machine's dialect": [[machine({ A: done }, { QueryLanguage: 'JSONPath' }), 'JSONPath']],
  '`QueryLanguage` JSONPath of a single state': [[pass({ QueryLanguage: 'JSONPath' }), '/States/Only/QueryLanguage']],
  'states that nothing leads to, transitions to nowhere': [
    [machine({ A: done, B: done }), 'no state leads here at /States/B'],
    [machine({ A: { Type: 'Pass', Next: 'B' } }), "there is no state 'B'"],
  ],
  'loops without a way out, which AWS takes': [[machine({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }), 'no end can be reached from here']],
  '`Parallel`, with `Branches`': [[machine({ A: { Type: 'Parallel', Branches: [], End: true } }), "'Parallel'"]],
  '`Map`, with `Items`, `ItemProcessor`, `ItemReader`, `ItemSelector`, `ItemBatcher`, `ResultWriter`, `MaxConcurrency`, `ToleratedFailure…`': [
    [machine({ A: { Type: 'Map', Items: [], ItemProcessor: {}, End: true } }), "'Map'"],
  ],
  '`Credentials`': [[task({ Credentials: { RoleArn: 'x' } }), "'Credentials'"]],
  'an unknown field': [[pass({ Retries: 1 }), "'Retries'"]],
  '`InputPath`': [[task({ InputPath: '$' }), "'InputPath'"], [wait({ InputPath: '$' }), "'InputPath'"]],
  '`OutputPath`': [[pass({ OutputPath: '$' }), "'OutputPath'"], [wait({ OutputPath: '$' }), "'OutputPath'"]],
  '`ResultPath`': [[task({ ResultPath: '$' }), "'ResultPath'"], [pass({ ResultPath: '$' }), "'ResultPath'"]],
  '`ResultSelector`': [[task({ ResultSelector: {} }), "'ResultSelector'"]],
  '`Parameters`': [[task({ Parameters: {} }), "'Parameters'"], [pass({ Parameters: {} }), "'Parameters'"]],
  '`Result` of a Pass': [[pass({ Result: 1 }), "'Result'"]],
  '`TimeoutSecondsPath`': [[task({ TimeoutSecondsPath: '$.s' }), "'TimeoutSecondsPath'"]],
  '`HeartbeatSecondsPath`': [[task({ HeartbeatSecondsPath: '$.s' }), "'HeartbeatSecondsPath'"]],
  '`SecondsPath` of a Wait': [[wait({ SecondsPath: '$.s' }), "'SecondsPath'"]],
  '`TimestampPath` of a Wait': [[wait({ TimestampPath: '$.s' }), "'TimestampPath'"]],
  '`ErrorPath` of a Fail': [[fail({ ErrorPath: '$.e' }), "'ErrorPath'"]],
  '`CausePath` of a Fail': [[fail({ CausePath: '$.c' }), "'CausePath'"]],
  '`Variable` of a Choice rule, with `StringEquals` and the other comparisons, `And`, `Or`, `Not`': [
    ...[{ Variable: '$.x', StringEquals: 'a' }, { And: [] }, { Or: [] }, { Not: {} }, { Variable: '$.x', IsPresent: true }].flatMap((rule): [string, string][] =>
      Object.keys(rule).map((field) => [machine({ A: { Type: 'Choice', Choices: [{ Condition: true, ...rule, Next: 'Done' }] }, Done: done }), `'${field}'`]),
    ),
  ],
  '`ItemsPath` of a Map': [[pass({ ItemsPath: '$.items' }), "'ItemsPath'"]],
  '`.$` at the end of a key, with paths and intrinsic functions (`States.Format`, `States.UUID`, …)': [
    [pass({ Output: { 'id.$': '$.id' } }), "'.$' belongs to JSONPath"],
    [invoking({ Payload: { 'id.$': 'States.UUID()' } }), "'.$' belongs to JSONPath"],
    [output("States.Format('{}', 1)"), "'States'"],
  ],
  '`{%` with text around it, or without its end': [[pass({ Output: 'job {% 1 %}' }), "'{%'"], [pass({ Output: '{% 1' }), "'{%'"]],
  'syntax errors': [[output('1 +'), 'not a JSONata expression: S0207']],
  '`$` and `$$` and bare names at the top level': [[output('$'), "reference to '$' at the top level"], [output('$$.a'), "reference to '$$'"], [output('phone'), "reference to 'phone'"]],
  '`$eval`': [[output("$eval('1')"), '$eval is not supported']],
  'a variable that no state assigns, which AWS finds out at run time': [[output('$wiats'), '$wiats']],
  '`$states.result` elsewhere': [[output('$states.result'), '$states.result is known only in']],
  '`$states.errorOutput` elsewhere': [[output('$states.errorOutput'), '$states.errorOutput is known only in']],
  '`Execution.RedriveTime`': [[output('$states.context.Execution.RedriveTime'), '$states.context.Execution.RedriveTime']],
  '`Task.Token` elsewhere': [[output('$states.context.Task.Token'), '$states.context.Task.Token is known only in']],
  '`Map.Item`': [[output('$states.context.Map.Item.Value'), '$states.context.Map.Item']],
  'a function that there is not': [[output('$partion([1], 1)'), '$partion']],
  '`States.ALL` in company, or before the last rule': [
    [caught(['States.ALL', 'E']), "'States.ALL' must stand alone"],
    [machine({ Work: invoke('work', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }], End: true }) }), "'States.ALL' must come last"],
  ],
  '`States.TimeOut`, or any other misspelt built-in name': [[caught(['States.TimeOut']), "'States.TimeOut'"]],
  '`InvocationType`, `Qualifier`, `ClientContext`, `LogType` of lambda:invoke': ['InvocationType', 'Qualifier', 'ClientContext', 'LogType'].map((name) => [invoking({ [name]: 'x' }), `/Arguments/${name}`]),
  '`Arguments` of a token wait that pass no token on, which AWS takes': [
    [machine({ W: { ...awaitToken({ End: true }), Arguments: { TableName: 'jobs', Key: { pk: { S: '1' } } } } }), 'no expression passes $states.context.Task.Token on at /States/W/Arguments'],
  ],
  "`BOOL`, `NULL`, `SS`, `NS`: the API's spelling": [{ BOOL: true }, { NULL: true }, { SS: ['a'] }, { NS: ['1'] }].map((value) => [valued(value), `'${Object.keys(value).join()}' is the API's spelling`]),
  '`B` and `Bs`, binary': [{ B: 'AA==' }, { Bs: ['AA=='] }].map((value) => [valued(value), `'${Object.keys(value).join()}' (binary)`]),
  "`AttributeUpdates`, `Expected`, `ConditionalOperator`: DynamoDB's legacy parameters": ['AttributeUpdates', 'Expected', 'ConditionalOperator'].map((name) => [update({ [name]: {} }), `/Arguments/${name}`]),
  ...Object.fromEntries(
    Object.entries({
      '`lambda:invoke.waitForTaskToken`': ['lambda:invoke.waitForTaskToken'],
      '`dynamodb:updateItem.waitForTaskToken`: the optimised integration takes no token': ['dynamodb:updateItem.waitForTaskToken'],
      '`dynamodb:getItem`, `putItem`, `updateItem`, `deleteItem`: the optimised integration': ['dynamodb:getItem', 'dynamodb:putItem', 'dynamodb:updateItem', 'dynamodb:deleteItem'],
      '`aws-sdk:sqs:sendMessage`, and every other SDK integration': ['aws-sdk:sqs:sendMessage', 'aws-sdk:dynamodb:putItem', 'aws-sdk:dynamodb:updateItem.sync', 'aws-sdk:lambda:invoke'],
      '`sqs:sendMessage`, `sns:publish`, `events:putEvents`, `ecs:runTask`, `batch:submitJob`, `glue:startJobRun` and the other optimised integrations': [
        'sqs:sendMessage', 'sqs:sendMessage.waitForTaskToken', 'sns:publish', 'events:putEvents', 'ecs:runTask', 'ecs:runTask.sync', 'batch:submitJob.sync', 'glue:startJobRun.sync',
        'apigateway:invoke', 'athena:startQueryExecution.sync', 'bedrock:invokeModel', 'codebuild:startBuild.sync', 'eks:call', 'elasticmapreduce:createCluster', 'emr-serverless:startJobRun.sync',
        'mediaconvert:createJob', 'sagemaker:createTrainingJob.sync',
      ],
      '`states:startExecution.sync:2`, and every other `.sync`': ['states:startExecution', 'states:startExecution.sync', 'states:startExecution.sync:2'],
      '`http:invoke`': ['http:invoke'],
    }).map(([feature, names]) => [feature, names.map((name): [string, string] => [resource(`arn:aws:states:::${name}`), name])]),
  ),
  '`activity`': [[resource('arn:aws:states:us-east-1:123456789012:activity:sign'), 'activity:sign']],
};

function refusalOf(definition: string): string {
  try {
    parseDefinition(definition);
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The row's text: what `refused` goes by, save for the operations of the API, which no definition uses. */
const operationRows = withState('refused').filter(({ test }) => test === 'states/conformance › the operation %s');
const refusedOperations = [
  ...operationRows.flatMap(({ feature }) => namesIn(feature)).map((name) => [name, {}, name] as const),
  ['StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:jobs', traceHeader: 'x' }, 'traceHeader'] as const,
  ['StartExecution', { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:jobs:live' }, 'stateMachine:jobs:live'] as const,
];
const traceRow = '`StartExecution` with `traceHeader`, or of a version or alias';

describe('a feature that the table calls refused', () => {
  it('is tried below, each of them', () => {
    expect([...Object.keys(refused), traceRow].sort()).toEqual(withState('refused').filter((row) => !operationRows.includes(row)).map(({ feature }) => feature).sort());
  });

  it.each(Object.entries(refused).flatMap(([feature, tries]) => tries.map(([definition, names]) => [feature, names, definition] as const)))('%s', (_feature, names, definition) => {
    expect(refusalOf(definition)).toMatch(/^Invalid State Machine Definition: /u);
    expect(refusalOf(definition)).toContain(names);
  });

  it.each(refusedOperations)('the operation %s', async (operation, input, named) => {
    await expect(setup().handle(operation, input)).rejects.toThrow(named);
  });
});

describe('the table', () => {
  const implemented = new Set(withState('implemented').flatMap(({ feature }) => namesIn(feature)));
  const known = new Set(rows.flatMap(({ feature }) => namesIn(feature)));

  it('says of every feature one of three things', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter(({ here }) => !['implemented', 'refused', 'not imitated'].includes(here))).toEqual([]);
    expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length);
  });

  it('has a test for everything that it calls implemented or refused', () => {
    expect(rows.filter(({ here, test }) => (here === 'not imitated') !== (test === ''))).toEqual([]);
  });

  it('names tests that there are', () => {
    expect(rows.filter(({ test }) => test !== '' && !isTest(test)).map(({ test }) => test)).toEqual([]);
  });

  it('has every type and every field that the parser takes', () => {
    expect(stateTypes.filter((type) => !implemented.has(type))).toEqual([]);
    const fields = [...fieldsOf(z.toJSONSchema(machineSchema, { unrepresentable: 'any' }))];
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => !implemented.has(field) && field !== 'Type')).toEqual([]);
  });

  it('has every function, error name and operation that there is', () => {
    expect([...functionNames].filter((name) => !implemented.has(`$${name}`))).toEqual([]);
    expect([...builtInErrorNames].filter((name) => !known.has(name))).toEqual([]);
    expect(Object.keys(operations).filter((name) => !implemented.has(name))).toEqual([]);
    const ofAws = Object.keys(sfn).filter((name) => /^[A-Z]\w+Command$/u.test(name)).map((name) => name.slice(0, -'Command'.length));
    expect(ofAws.length).toBeGreaterThan(35);
    expect(ofAws.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every member of the context object', async () => {
    const members: string[] = [];
    await setup({
      lambda: ({ payload }) => {
        for (const [group, inner] of Object.entries(payload as Record<string, object>)) members.push(...Object.keys(inner).map((member) => `${group}.${member}`));
        return { ok: true, payload: null };
      },
    }).run(machine({ Work: invoke('work', { Arguments: { FunctionName: functionArn('work'), Payload: '{% $states.context %}' }, End: true }) }));
    expect(members.length).toBeGreaterThan(8);
    expect([...members, 'Task.Token'].filter((member) => !implemented.has(member))).toEqual([]);
  });
});

describe('createStateMachine', () => {
  it('takes the dialect on a single state, when it is JSONata', async () => {
    expect((await setup().run(pass({ QueryLanguage: 'JSONata', Output: '{% 1 + 1 %}' }))).result).toBe(2);
  });
});

/** Every property name of the fields of machine, states, Retriers and Catchers; maps of names that a definition chooses have none. */
function* fieldsOf(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') yield* Object.keys(value as object);
    yield* fieldsOf(value);
  }
}

/** Whether `file › title › row` stands in that file: the title as that of a test that runs, the row as a text of its table. */
function isTest(reference: string): boolean {
  const [file = '', title = '', row] = reference.split(' › ');
  const { titles, texts } = testsOf(`test/${file}.test.ts`);
  return titles.has(title) && (row === undefined || texts.has(row));
}

const read = new Map<string, { titles: Set<string>; texts: Set<string> }>();
function testsOf(path: string): { titles: Set<string>; texts: Set<string> } {
  const before = read.get(path);
  if (before !== undefined) return before;
  const found = { titles: new Set<string>(), texts: new Set<string>() };
  read.set(path, found);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.texts.add(node.text);
    if (ts.isCallExpression(node) && /^it(\.each\b|$)/u.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) found.titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}
