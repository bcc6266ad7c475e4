/** Stands in bundles for `bowser`, with which the SDK names the browser it runs in. It never runs in one. */
export default {};
