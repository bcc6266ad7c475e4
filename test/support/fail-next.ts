/** The next call of this method does nothing but fail, as when the process is killed there or DynamoDB stalls; the one after it works again. */
export function failNext<K extends string>(dependency: Record<K, (...args: never[]) => unknown>, method: K): void {
  const healthy = dependency[method];
  dependency[method] = () => {
    dependency[method] = healthy;
    return Promise.reject(new Error('killed'));
  };
}
