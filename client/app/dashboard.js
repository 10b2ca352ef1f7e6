// The dashboard part of the page: finds out which ones one may see, follows one of them by its changes.
import { $, element } from './dom.js';
import { AlertsView } from './alerts_view.js';
import { connect } from './connection.js';
import { DashboardState } from './dashboard_state.js';
import { DashboardView } from './dashboard_view.js';
import { Requests } from './requests.js';

const TYPES = { general: 'General', sales: 'Sales', underwriting: 'Underwriting', operations: 'Operations' };
const channelOf = (type) => `dashboard:${type}:delta`;

export class Dashboard {
  #link = null;
  #state = null;
  #refused;
  #requests = new Requests((message) => this.#link?.send(message) ?? false);
  #view = new DashboardView();
  #alerts = new AlertsView((message) => this.#requests.ask(message));

  // unauthorized(): the token is not taken any more.
  constructor(unauthorized) {
    this.#refused = unauthorized;
    $('dashboard-type').addEventListener('change', () => this.#choose($('dashboard-type').value));
  }

  open(token) {
    if (this.#link) return;
    this.#link = connect('/ws', token, {
      message: (message) => this.#hear(message),
      lost: () => { this.#requests.lost(); this.#state?.lost(); },
      state: (state, text) => {
        this.#say(state, text);
        if (state === 'unauthorized') this.#refused();
      },
    });
  }

  close() {
    this.#link?.close();
    this.#link = null;
    this.#requests.lost();
  }

  #hear(message) {
    if (message.type === 'connection:established') this.#join();
    for (const change of this.#state?.apply(message) ?? []) this.#show(change);
    // An answer to an action on an alert is heard as a change, too.
    this.#requests.hear(message);
  }

  #show(change) {
    if (change === 'picture') {
      this.#view.show(this.#state.data);
      this.#say('open', `live, ${new Date(this.#state.tick).toLocaleTimeString()}`);
    }
    if (change === 'alerts') this.#alerts.show(this.#state.alerts.values());
    if (change === 'error') this.#say('connecting', 'no figures at the moment');
    if (change === 'gap') this.#askForWhole();
  }

  #subscribe(type) { return this.#requests.ask({ type: 'channel:subscribe', channel: channelOf(type) }); }
  // Joins as well, unless it is joined already.
  #askForWhole() { this.#requests.ask({ type: 'dashboard:subscribe', dashboard_type: this.#state.type, delta: true }); }

  // Only the server knows what a token may see: each is tried, one is kept.
  async #join() {
    const wanted = this.#state?.type ?? sessionStorage.getItem('dashboard');
    this.#begin(Object.hasOwn(TYPES, wanted ?? '') ? wanted : 'general');
    const types = Object.keys(TYPES);
    const answers = await Promise.all(types.map((type) => this.#subscribe(type)));
    if (answers.some((answer) => answer.type === 'lost')) return;   // tried again with the next connection
    const seen = types.filter((_, n) => answers[n].type === 'channel:subscribed');
    const chosen = seen.includes(this.#state.type) ? this.#state.type : seen[0];
    for (const type of seen) if (type !== chosen) this.#leave(type);
    this.#offer(seen, chosen);
    if (chosen && chosen !== this.#state.type) this.#choose(chosen);
    if (!chosen) this.#say('closed', answers.some((a) => a.code === 'forbidden') ? 'there is no dashboard for you' : 'this server has no dashboards');
  }

  #offer(seen, chosen) {
    $('dashboard-type').replaceChildren(...seen.map((type) => element('option', { value: type, selected: type === chosen }, TYPES[type])));
    $('dashboard-body').hidden = !chosen;
    $('dashboard-choice').hidden = !chosen;
  }

  #begin(type) {
    if (this.#state?.type !== type) this.#view.forget();
    this.#state = new DashboardState(type);
    sessionStorage.setItem('dashboard', type);
  }

  #leave(type) { this.#requests.ask({ type: 'channel:unsubscribe', channel: channelOf(type) }); }

  #choose(type) {
    if (this.#state.type !== type) this.#leave(this.#state.type);
    this.#begin(type);
    this.#askForWhole();
  }

  #say(state, text) {
    $('dashboard-status').dataset.state = state;
    $('dashboard-status').textContent = text;
  }
}
