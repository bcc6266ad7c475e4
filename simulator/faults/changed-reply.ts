import { Decimal, isList, Members, type Json } from '../json-text.ts';

interface Change {
  /** Paths like `account.currency` or `accounts.0.connectionId`. */
  readonly remove: readonly string[];
  readonly set: Readonly<Record<string, Json>>;
}

/** A reply without some members and with others. What no path leads to keeps its digits; a path that leads nowhere changes nothing. */
export function changedReply(reply: Json, { remove, set }: Change): Json {
  const removed = remove.reduce((json, path) => withMember(json, path.split('.'), undefined), reply);
  return Object.entries(set).reduce((json, [path, value]) => withMember(json, path.split('.'), value), removed);
}

function withMember(json: Json, [key = '', ...rest]: readonly string[], value: Json | undefined): Json {
  if (json === null || typeof json !== 'object' || json instanceof Decimal) return json;
  if (isList(json)) {
    const items: Json[] = [...json];
    const [old] = items.splice(Number(key), 1);
    const item = rest.length === 0 || old === undefined ? value : withMember(old, rest, value);
    return item === undefined ? items : items.toSpliced(Number(key), 0, item);
  }
  const members: Record<string, Json | undefined> = json instanceof Members ? Object.fromEntries(json.list) : { ...json };
  const old = members[key];
  if (rest.length > 0 && old === undefined) return json;
  return { ...members, [key]: rest.length === 0 || old === undefined ? value : withMember(old, rest, value) };
}
