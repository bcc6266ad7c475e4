/** Thrown into whatever an execution is doing when it has ended from outside (stopped, or out of time) or the process lets go of it. */
export class ExecutionClosed extends Error {
  override name = 'ExecutionClosed';
}
