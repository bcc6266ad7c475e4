/** `Fn::Sub`'s own syntax: `${Name}` is looked up, `${!Name}` stays as the text `${Name}`. */
export function substitute(template: string, lookUp: (name: string) => string): string {
  return template.replaceAll(/\$\{(!?)([^}]*)\}/g, (_match, escaped: string, name: string) => (escaped === '!' ? `\${${name}}` : lookUp(name.trim())));
}
