/** `janedoe@gmail.com` as `ja****oe@gmail.com`, as upstream masks it; a short name loses more. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const name = email.slice(0, at);
  const shown = name.length > 4 ? 2 : 1;
  return `${name.slice(0, shown)}****${name.length > 2 ? name.slice(-shown) : ''}${email.slice(at)}`;
}
