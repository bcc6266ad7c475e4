import path from 'node:path';
import * as z from 'zod';
import { LocalCloudError } from '../local-cloud-error.ts';
import { readAssets, type Assets } from './read-assets.ts';
import { readJsonFile } from './read-json-file.ts';
import { templateSchema, type Template } from './template-schema.ts';

/** One stack of the assembly, with everything that its template can refer to. */
export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  readonly assets: Assets;
}

const artifactSchema = z.looseObject({
  type: z.string(),
  environment: z.string().optional(),
  dependencies: z.array(z.string()).default([]),
  properties: z
    .looseObject({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional(), directoryName: z.string().optional() })
    .default({}),
});
const manifestSchema = z.looseObject({
  artifacts: z.record(z.string(), artifactSchema).default({}),
  missing: z.array(z.unknown()).default([]),
});
type Artifact = z.output<typeof artifactSchema>;

/** Kinds of artefact that describe the app to tools and create nothing. */
const descriptive = new Set(['cdk:tree', 'cdk:feature-flag-report', 'none']);

/** Reads `cdk.out`: every stack, a stack after those it depends on. Nested assemblies (CDK stages) are read in their place. */
export function readAssembly(folder: string): Stack[] {
  const stacks = readFolder(path.resolve(folder));
  const names = stacks.map((stack) => stack.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new LocalCloudError(`${folder} has two stacks named ${twice}: synthesise one stage only.`);
  const [first, ...others] = new Set(stacks.map((stack) => `${stack.accountId}/${stack.region}`));
  if (first === undefined) throw new LocalCloudError(`${folder} has no stack: synthesise the app again.`);
  if (others.length > 0) throw new LocalCloudError(`The stacks of ${folder} live in ${[first, ...others].join(' and ')}: the local cloud imitates one account and region.`);
  return stacks;
}

function readFolder(folder: string): Stack[] {
  const manifest = readJsonFile(path.join(folder, 'manifest.json'), manifestSchema);
  if (manifest.missing.length > 0) throw new LocalCloudError(`${folder} was synthesised without its context look-ups: let the app look nothing up, or run the synthesis with credentials.`);
  const assets = readAssets(folder, Object.values(manifest.artifacts).flatMap(({ type, properties }) => (type === 'cdk:asset-manifest' && properties.file !== undefined ? [properties.file] : [])));
  return inOrder(manifest.artifacts).flatMap(([id, artifact]) => {
    switch (artifact.type) {
      case 'aws:cloudformation:stack':
        return [readStack(folder, id, artifact, assets)];
      case 'cdk:cloud-assembly':
        return artifact.properties.directoryName === undefined ? [] : readFolder(path.join(folder, artifact.properties.directoryName));
      case 'cdk:asset-manifest':
        return [];
      default:
        if (descriptive.has(artifact.type)) return [];
        throw new LocalCloudError(`The artefact ${id} of ${folder} has the type ${artifact.type}, which the local cloud does not implement.`);
    }
  });
}

function readStack(folder: string, id: string, artifact: Artifact, assets: Assets): Stack {
  const { templateFile, stackName } = artifact.properties;
  if (templateFile === undefined) throw new LocalCloudError(`The stack ${id} of ${folder} names no template: synthesise the app again.`);
  const [account, region] = (artifact.environment ?? 'aws://unknown-account/unknown-region').replace('aws://', '').split('/');
  return {
    name: stackName ?? id,
    accountId: account === undefined || account === 'unknown-account' ? '000000000000' : account,
    region: region === undefined || region === 'unknown-region' ? 'us-east-1' : region,
    template: readJsonFile(path.join(folder, templateFile), templateSchema),
    assets,
  };
}

/** Depth first along `dependencies`; within that, the order of the manifest. */
function inOrder(artifacts: Readonly<Record<string, Artifact>>): [string, Artifact][] {
  const ordered = new Map<string, Artifact>();
  const visit = (id: string, waiting: readonly string[]): void => {
    const artifact = artifacts[id];
    if (artifact === undefined || ordered.has(id)) return;
    if (waiting.includes(id)) throw new LocalCloudError(`The stacks ${[...waiting, id].join(' → ')} depend on one another in a circle.`);
    for (const dependency of artifact.dependencies) visit(dependency, [...waiting, id]);
    ordered.set(id, artifact);
  };
  for (const id of Object.keys(artifacts)) visit(id, []);
  return [...ordered];
}
