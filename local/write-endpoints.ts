import { writePrivateJson } from './write-private-json.ts';

/** Writes `<folder>/endpoints.json`, whole or not at all, for this user alone: it holds keys. @returns the path of the file */
export function writeEndpoints(folder: string, endpoints: unknown): string {
  return writePrivateJson(folder, 'endpoints.json', endpoints);
}
