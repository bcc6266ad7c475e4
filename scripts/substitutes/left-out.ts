/**
 * Stands in bundles for what the AWS SDK loads only when it is needed, and never is here: `bowser`, which names the
 * browser it runs in, and the codec of event streams, which no call of ours has.
 */
throw new Error('This part of the AWS SDK is left out of the bundles: see scripts/bundle.ts.');
