/** Why the local cloud cannot run, in one sentence that says what to change. The start script prints it and exits. */
export class LocalCloudError extends Error {
  override readonly name = 'LocalCloudError';
}
