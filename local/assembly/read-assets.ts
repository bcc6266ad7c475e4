import path from 'node:path';
import * as z from 'zod';
import { readJsonFile } from './read-json-file.ts';

/** The object key that a template names for an asset, and the folder or file in the assembly that becomes that object. */
export type Assets = ReadonlyMap<string, { readonly path: string; readonly packaging: string }>;

const assetManifest = z.looseObject({
  files: z
    .record(
      z.string(),
      z.looseObject({
        source: z.looseObject({ path: z.string(), packaging: z.string() }),
        destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

/** Reads the asset manifests of one assembly folder. Keys are content hashes, so manifests of several stacks agree. */
export function readAssets(folder: string, files: readonly string[]): Assets {
  const assets = new Map<string, { path: string; packaging: string }>();
  for (const file of files) {
    for (const { source, destinations } of Object.values(readJsonFile(path.join(folder, file), assetManifest).files)) {
      for (const { objectKey } of Object.values(destinations)) {
        assets.set(objectKey, { path: path.join(folder, source.path), packaging: source.packaging });
      }
    }
  }
  return assets;
}
