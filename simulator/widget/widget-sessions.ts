import type { Json } from '../json-text.ts';
import type { Simulation } from '../simulation.ts';
import { enterWidget } from './enter-widget.ts';
import type { Launch } from './launch.ts';
import { loadedMessage, viewPage, type PageView } from './page-view.ts';
import { returnUrl } from './return-url.ts';
import type { Deed, Stage, Turn, Visit } from './stage.ts';
import { signIn, takeTurn } from './take-turn.ts';
import { errors } from './widget-error.ts';

/** A person who does nothing for so long is given up, as a bank's question is. */
const patienceMs = 15 * 60_000;

/** Nobody comes back after that. */
const rememberedMs = 24 * 3_600_000;

/** What the widget tells the page around it, as a JSON text. */
export interface WidgetMessage {
  readonly type: 'widgetLoaded' | 'widgetPageLoaded' | 'widgetError' | 'pageSuccess' | 'widgetClose';
  readonly payload: Json;
}

/** What the widget shows and says next. */
export interface WidgetView {
  readonly session: string;
  readonly page: PageView;
  /** What went wrong on this page; null for nothing. */
  readonly notice: string | null;
  /** Each is sent once, in this order. */
  readonly messages: readonly WidgetMessage[];
  /** Where a widget without a page around it goes when it is over: the app's deep link. Null for nowhere. */
  readonly returnUrl: string | null;
}

interface Session {
  readonly id: string;
  /** What opens the bank's own window. */
  readonly windowKey: string;
  readonly launch: Launch;
  readonly visit: Visit | undefined;
  stage: Stage;
  notice: string | null;
  unsent: WidgetMessage[];
  lastDeedAt: number;
}

/** Everybody who has the widget open. They are forgotten with the process, as tokens are. */
export class WidgetSessions {
  readonly #simulation: Simulation;
  readonly #sessions = new Map<string, Session>();
  readonly #byWindowKey = new Map<string, Session>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  open(launch: Launch): WidgetView {
    const { ids, clock } = this.#simulation;
    this.#forget();
    const { visit, stage } = enterWidget(this.#simulation, launch);
    const session: Session = { id: ids.hex32(), windowKey: ids.hex32(), launch, visit, stage, notice: null, unsent: [], lastDeedAt: clock.now() };
    this.#sessions.set(session.id, session);
    this.#byWindowKey.set(session.windowKey, session);
    if (launch.isOld) session.unsent.push({ type: 'widgetLoaded', payload: {} });
    this.#show(session, stage);
    return this.#view(session);
  }

  /** Undefined for a session that nobody opened. */
  act(id: string, deed: Deed): WidgetView | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    if (deed.action === 'close') this.#close(session);
    else this.#do(session, (visit) => takeTurn(this.#simulation, visit, session.stage, deed));
    return this.#view(session);
  }

  /** What a person sees who waits for the bank's own window. */
  look(id: string): WidgetView | undefined {
    const session = this.#sessions.get(id);
    return session === undefined ? undefined : this.#view(session);
  }

  /** A person signs in in the bank's own window; undefined when the widget does not wait for it, any more. */
  signInOutside(windowKey: string, fields: Deed['fields']): { readonly notice: string | null; readonly returnUrl: string | null } | undefined {
    const session = this.#byWindowKey.get(windowKey);
    if (session?.stage.name !== 'external_window') return undefined;
    const { bank } = session.stage;
    this.#do(session, (visit) => signIn(this.#simulation, visit, bank, { fields }));
    return { notice: session.notice, returnUrl: returnUrl(session.launch, session.stage) };
  }

  #do(session: Session, turn: (visit: Visit) => Turn): void {
    const { visit } = session;
    const now = this.#simulation.clock.now();
    const late = now - session.lastDeedAt >= patienceMs;
    session.lastDeedAt = now;
    session.notice = null;
    if (visit === undefined || isOver(session.stage)) return;
    if (late) {
      this.#show(session, { name: 'error', error: errors.timeout });
      return;
    }
    const what = turn(visit);
    if ('next' in what) this.#show(session, what.next);
    else if ('again' in what) {
      session.notice = what.again.message;
      session.unsent.push({ type: 'widgetError', payload: what.again.text });
    }
  }

  #show(session: Session, stage: Stage): void {
    session.stage = stage;
    session.unsent.push(loadedMessage(stage, this.#windowUrl(session)));
    if (stage.name === 'error') session.unsent.push({ type: 'widgetError', payload: stage.error.text });
    if (stage.name === 'success') session.unsent.push({ type: 'pageSuccess', payload: stage.payload });
  }

  #close(session: Session): void {
    const { stage } = session;
    if (stage.name === 'closed') return;
    session.stage = { name: 'closed', error: stage.name === 'error' ? stage.error : undefined };
    session.unsent.push({ type: 'widgetClose', payload: {} });
  }

  #view(session: Session): WidgetView {
    const { id, visit, stage, notice } = session;
    const messages = session.unsent;
    session.unsent = [];
    return { session: id, page: viewPage(stage, visit, this.#windowUrl(session)), notice, messages, returnUrl: returnUrl(session.launch, stage) };
  }

  #forget(): void {
    const oldest = this.#simulation.clock.now() - rememberedMs;
    for (const session of this.#sessions.values()) {
      if (session.lastDeedAt >= oldest) continue;
      this.#sessions.delete(session.id);
      this.#byWindowKey.delete(session.windowKey);
    }
  }

  #windowUrl({ windowKey }: Session): string {
    return `${this.#simulation.widgetOrigin()}/widget/bank?key=${windowKey}`;
  }
}

function isOver({ name }: Stage): boolean {
  return name === 'success' || name === 'closed';
}
