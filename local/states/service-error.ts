/** An answer of the Step Functions API that is an exception; `name` is the AWS exception, for example `ExecutionDoesNotExist`. */
export class ServiceError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
