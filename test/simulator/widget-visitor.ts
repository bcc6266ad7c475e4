import { acme, bootSimulator, type Booted } from './boot-simulator.ts';

/** What the widget's script shows and sends. */
export interface View {
  session: string;
  page: { name: string; title: string; choices: { value: string; label: string }[]; fields: { name: string }[]; picks: { value: string; label: string }[]; windowUrl: string | null };
  notice: string | null;
  messages: { type: string; payload: unknown }[];
  returnUrl: string | null;
}

export interface Visitor extends Booted {
  userId: string;
  widgetToken: () => Promise<string>;
  /** Opens the widget as SDK 2.1.4 does, with a fresh token. */
  open: (query?: Record<string, string>) => Promise<View>;
  /** Opens it with exactly this URL. */
  openAs: (query: Record<string, string>) => Promise<View>;
  act: (view: View, deed: object) => Promise<View>;
  choose: (view: View, value: string) => Promise<View>;
  submit: (view: View, fields: Record<string, string>, picks?: string[]) => Promise<View>;
  signIn: (view: View, user: string, password: string) => Promise<View>;
  look: (view: View) => Promise<View>;
  post: (path: string, body: unknown) => Promise<Response>;
}

/** A person at a merchant's widget. */
export async function visitWidget(options: Parameters<typeof bootSimulator>[0] = {}): Promise<Visitor> {
  const booted = await bootSimulator(options);
  const userId = (await booted.createUser()).body.user.id;
  const post = (path: string, body: unknown) =>
    fetch(booted.simulator.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const view = async (path: string, body: unknown): Promise<View> => {
    const response = await post(path, body);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as View;
  };
  const visitor: Visitor = {
    ...booted,
    userId,
    post,
    widgetToken: async () => (await booted.aerosync('/v2/token_widget', { body: { ...acme.aerosync, aeroPassUserUuid: userId } })).body.token,
    open: async (query = {}) => visitor.openAs({ token: await visitor.widgetToken(), aeroPassUserUuid: userId, defaultTheme: 'light', version: '2.0.0', ...query }),
    openAs: (query) => view('/widget/open', query),
    act: ({ session }, deed) => view('/widget/act', { session, ...deed }),
    choose: (seen, value) => visitor.act(seen, { action: 'choose', value }),
    submit: (seen, fields, picks = []) => visitor.act(seen, { action: 'submit', fields, picks }),
    signIn: (seen, user, password) => visitor.submit(seen, { user, password }),
    look: ({ session }) => view('/widget/look', { session }),
  };
  return visitor;
}

export const loaded = (pageTitle: string, onLoadApi: unknown = '') => ({ type: 'widgetPageLoaded', payload: { pageTitle, onLoadApi } });
export const complained = (payload: string) => ({ type: 'widgetError', payload });

/** The payload of the success that a view tells of. */
export function successOf(view: View): { connectionId: string; accounts: { connectionId: string; accountType: string }[] } {
  const success = view.messages.find(({ type }) => type === 'pageSuccess');
  if (success === undefined) throw new Error(`no success on ${view.page.name}: ${JSON.stringify(view.messages)}`);
  return success.payload as ReturnType<typeof successOf>;
}

export const wrongAnswer = 'INCORRECT_CREDENTIALS | Code: AC-117 | Message: The answer is incorrect. Please try again.';

/** Through the first page to a bank. */
export async function atBank(visitor: Visitor, bank: string, query: Record<string, string> = {}): Promise<View> {
  return visitor.choose(await visitor.open(query), bank);
}

/** The account as Aerosync has it. */
export async function accountOf({ aerosync, apiToken }: Visitor, connectionId: string) {
  return (await aerosync(`/v2/accounts/${connectionId}`, { token: await apiToken() })).body.account;
}
