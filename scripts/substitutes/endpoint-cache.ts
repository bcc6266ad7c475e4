/**
 * Stands in bundles for `@aws-sdk/endpoint-cache`, which remembers the endpoints that DynamoDB clients may be told to ask for. They are not told
 * to here, and the cache brings a library of data structures. It remembers nothing, so that a client that asks for its endpoint asks each time.
 */
export class EndpointCache {
  getEndpoint(): undefined {
    return undefined;
  }
  get(): undefined {
    return undefined;
  }
  set(): void {
    // nothing to remember
  }
  delete(): void {
    // nothing to forget
  }
  has(): boolean {
    return false;
  }
  clear(): void {
    // nothing to forget
  }
}
