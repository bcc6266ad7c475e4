import jsonata from 'jsonata';

/** What an expression refers to, found without running it. */
export interface ExpressionReferences {
  /** Field names, `$` and `$$` that read the input document, which Step Functions does not have. */
  readonly document: ReadonlySet<string>;
  /** Names of variables and functions, without `$` and without those that the expression binds itself. */
  readonly names: ReadonlySet<string>;
  /** Paths that begin with `$states`, as their steps: `['context', 'Task', 'Token']`. */
  readonly states: readonly (readonly string[])[];
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
}

/**
 * Reads an expression's syntax tree. Throws the parser's own error.
 *
 * AWS refuses a reference to the input document at the top level ("Reference to 'x' at the top level is not supported").
 * Only the first step of a path stands there; later steps, predicates, sorting and grouping see what the step before gave.
 * A lambda's body keeps the context of the expression around it.
 */
export function expressionReferences(source: string): ExpressionReferences {
  const document = new Set<string>();
  const used = new Set<string>();
  const bound = new Set<string>();
  const states: string[][] = [];

  const bind = (value: unknown): void => {
    if (typeof value === 'string') bound.add(value);
  };

  const visitEach = (value: unknown, top: boolean): void => {
    for (const node of nodes(value)) visit(node, top);
  };

  const visitPairs = (value: unknown, top: boolean): void => {
    for (const pair of Array.isArray(value) ? value : []) visitEach(pair, top);
  };

  const visitVariable = (node: Node, top: boolean): void => {
    if (node['value'] === '$') document.add('$$');
    else if (node['value'] === '') {
      if (top) document.add('$');
    } else if (typeof node['value'] === 'string') used.add(node['value']);
  };

  const visitPath = (node: Node, top: boolean): void => {
    const steps = nodes(node['steps']);
    steps.forEach((step, index) => visit(step, top && index === 0));
    const [first, ...rest] = steps;
    if (first?.['type'] === 'variable' && first['value'] === 'states') {
      const names = rest.map((step) => (step['type'] === 'name' && typeof step['value'] === 'string' ? step['value'] : undefined));
      const end = names.indexOf(undefined);
      states.push(names.slice(0, end === -1 ? names.length : end).filter((name) => name !== undefined));
    }
  };

  const visitDecorations = (node: Node): void => {
    bind(node['focus']);
    bind(node['index']);
    for (const stage of [...nodes(node['predicate']), ...nodes(node['stages'])]) {
      bind(stage['type'] === 'index' ? stage['value'] : undefined);
      visitEach(stage['expr'], false);
    }
    for (const group of nodes(node['group'])) visitPairs(group['lhs'], false);
    for (const term of nodes(node['terms'])) visitEach(term['expression'], false);
  };

  const visit = (node: Node, top: boolean): void => {
    visitDecorations(node);
    switch (node['type']) {
      case 'path':
        visitPath(node, top);
        break;
      case 'name':
        if (top) document.add(String(node['value']));
        break;
      case 'variable':
        visitVariable(node, top);
        break;
      case 'bind':
        for (const target of nodes(node['lhs'])) bind(target['value']);
        visitEach(node['rhs'], top);
        break;
      case 'lambda':
        for (const parameter of nodes(node['arguments'])) bind(parameter['value']);
        visitEach(node['body'], top);
        break;
      case 'transform':
        for (const part of ['pattern', 'update', 'delete']) visitEach(node[part], false);
        break;
      case 'unary':
        if (node['value'] === '{') visitPairs(node['lhs'], top);
        visitEach(node['expressions'], top);
        visitEach(node['expression'], top);
        break;
      default:
        for (const part of ['lhs', 'rhs', 'procedure', 'arguments', 'condition', 'then', 'else', 'expressions']) visitEach(node[part], top);
    }
  };

  const tree: unknown = jsonata(source).ast();
  visitEach(tree, true);
  return { document, names: new Set([...used].filter((name) => !bound.has(name))), states };
}
