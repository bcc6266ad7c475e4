import tseslint from 'typescript-eslint';

/** folder -> what it must not import, and the sentence a newcomer reads when it does. */
const walls = {
  'lambdas/domain': [['adapters', 'usecases', 'runtime', 'api', 'tasks', 'webhooks', 'events', 'contract', 'ports'], 'The domain knows only itself and zod.'],
  'lambdas/contract': [['adapters', 'usecases', 'runtime', 'api', 'tasks', 'webhooks', 'events', 'ports'], 'The HTTP contract knows the domain and zod, nothing else.'],
  'lambdas/usecases': [['adapters', 'runtime', 'api', 'tasks', 'webhooks', 'events', 'contract'], 'A use case sees ports. Pass the adapter in.'],
  'lambdas/adapters': [['usecases', 'runtime', 'api', 'tasks', 'webhooks', 'events', 'contract'], 'An adapter implements a port and knows no caller.'],
  'lambdas/api': [['adapters'], 'A handler takes its dependencies from runtime/.'],
  'lambdas/tasks': [['adapters'], 'A handler takes its dependencies from runtime/.'],
  'lambdas/webhooks': [['adapters'], 'A handler takes its dependencies from runtime/.'],
  'lambdas/events': [['adapters'], 'A handler takes its dependencies from runtime/.'],
};

const adapters = ['aeropay', 'aerosync', 'dynamodb', 'stepfunctions', 'secrets', 'ids'];

/** Only adapters and the composition root touch an SDK or the network. */
const sdks = { group: ['@aws-sdk/*', '@smithy/*'], message: 'Only lambdas/adapters and lambdas/runtime use an SDK.' };
const cloud = { regex: '(^|/)\\.\\./(local|simulator|console|test|scripts|lib|bin)/', message: 'Deployed code must not know of the local cloud, the simulator or the tests.' };

const pattern = (folders, message) => ({ regex: `(^|/)\\.\\./(${folders.join('|')})(/|\\.ts$)`, message });
const restrict = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', '.local', 'coverage', '.stryker-tmp'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './tsconfig.infra.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off', // a port's method is async whether or not this fake awaits
      '@typescript-eslint/return-await': 'off', // off for speed of reading: a returned promise is a returned promise
      'no-restricted-globals': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off', // a test may hand a function what the compiler forbids
      '@typescript-eslint/no-unsafe-type-assertion': 'off',
    },
  },
  ...Object.entries(walls).map(([folder, [forbidden, message]]) =>
    restrict([`${folder}/**/*.ts`], [pattern(forbidden, message), cloud, ...(folder === 'lambdas/adapters' ? [] : [sdks])]),
  ),
  ...adapters.map((name) =>
    restrict([`lambdas/adapters/${name}/**/*.ts`], [
      pattern(walls['lambdas/adapters'][0], walls['lambdas/adapters'][1]),
      cloud,
      pattern(adapters.filter((other) => other !== name), 'An adapter never imports another adapter: what they share belongs into the domain or a port.'),
    ]),
  ),
  restrict(['lambdas/runtime/**/*.ts'], [cloud]),
  restrict(['lib/**/*.ts', 'bin/**/*.ts'], [
    { regex: '(^|/)\\.\\./(local|simulator|console|test|scripts)/', message: 'Infrastructure must not know of the local cloud or the tests.' },
  ]),
  restrict(['local/**/*.ts'], [
    { regex: '(^|/)\\.\\./(lambdas|lib|bin|simulator|scripts|test|console)/', message: 'The local cloud reads the synthesised assembly and no source file.' },
  ]),
  restrict(['simulator/**/*.ts'], [
    { regex: '(^|/)\\.\\./(lambdas|lib|bin|local|scripts|test|console)/', message: 'The simulator is written from the upstream reference and shares no code with aerobridge.' },
  ]),
  {
    files: ['lambdas/domain/**/*.ts', 'lambdas/usecases/**/*.ts', 'lambdas/contract/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Pass the clock in.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Pass the clock in.' },
        { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'Pass randomness in.' },
        { selector: "CallExpression[callee.name='setTimeout']", message: 'Pass sleeping in.' },
      ],
    },
  },
);
