/** One reason to refuse a definition; `path` is `/States/<name>/<field>`, as AWS writes it. */
export interface DefinitionProblem {
  readonly path: string;
  readonly message: string;
}
