/** What runs here; a test holds it to package.json, which is not part of a deployed function. */
export const version = '0.1.0';
