import * as z from 'zod';
import type { WidgetToken } from '../support/api-shapes.ts';

const view = z.looseObject({
  session: z.string(),
  page: z.looseObject({ name: z.string(), windowUrl: z.string().nullable() }),
  messages: z.array(z.looseObject({ type: z.string(), payload: z.unknown() })),
});
type View = z.infer<typeof view>;

/** A person at the simulator's hosted widget, opened with our `widget` object as SDK 2.1.4 opens it: what is false is left out of the URL. */
export class AtTheWidget {
  readonly #origin: string;
  #view: View | undefined;

  constructor(simulatorUrl: string | null) {
    this.#origin = simulatorUrl ?? 'http://no-simulator.invalid';
  }

  async open({ token, aeroPassUserUuid, configurationId, handleMFA, jobId, connectionId, deeplink }: WidgetToken['widget']): Promise<string> {
    const query = { token, configurationId, deeplink, aeroPassUserUuid, handleMFA: handleMFA ? 'true' : undefined, jobId, connectionId, defaultTheme: 'light', version: '2.0.0' };
    return this.#show('/widget/open', Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)));
  }

  async choose(bank: string): Promise<string> {
    return this.#show('/widget/act', { session: this.#seen().session, action: 'choose', value: bank });
  }

  async submit(fields: Readonly<Record<string, string>>): Promise<string> {
    return this.#show('/widget/act', { session: this.#seen().session, action: 'submit', fields });
  }

  /** Signs in in the bank's own window, which closes then, and looks at the widget again. */
  async signInOutside(user: string, password: string): Promise<string> {
    const { page, session } = this.#seen();
    const key = new URL(page.windowUrl ?? 'none:').searchParams.get('key');
    await this.#post('/widget/sign-in', { key, fields: { user, password } });
    return this.#show('/widget/look', { session });
  }

  /** What the widget told its host with the last page, by type. */
  messages(): string[] {
    return this.#seen().messages.map(({ type }) => type);
  }

  /** The payload that the SDK hands to `onSuccess`. */
  onSuccess(): unknown {
    const success = this.#seen().messages.find(({ type }) => type === 'pageSuccess');
    if (success === undefined) throw new Error(`the widget told of no success on ${this.#seen().page.name}`);
    return success.payload;
  }

  /** The text that the SDK hands to `onError`. */
  onError(): unknown {
    const error = this.#seen().messages.find(({ type }) => type === 'widgetError');
    if (error === undefined) throw new Error(`the widget told of no error on ${this.#seen().page.name}`);
    return error.payload;
  }

  #seen(): View {
    if (this.#view === undefined) throw new Error('the widget is not open yet');
    return this.#view;
  }

  /** Answers the name of the page that is shown then. */
  async #show(path: string, body: object): Promise<string> {
    this.#view = view.parse(await this.#post(path, body));
    return this.#view.page.name;
  }

  async #post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#origin}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the widget answered ${path} with ${response.status}`);
    return response.json();
  }
}
