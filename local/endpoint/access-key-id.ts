/** The access key id out of a SigV4 `Authorization` header. The signature is not checked: the key id tells who calls. */
export function accessKeyIdOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : /^AWS4-[A-Z0-9-]+ .*?Credential=([^/,\s]+)\//.exec(authorization)?.[1];
}
