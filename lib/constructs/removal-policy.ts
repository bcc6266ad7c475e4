import { RemovalPolicy } from 'aws-cdk-lib';
import type { Stage } from '../config/stages.ts';

/** Kept, but cleaned up when its first creation fails: a deployment that never stood leaves nothing behind. */
export function removalPolicy(stage: Stage): RemovalPolicy {
  return stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
