// The open alerts of a dashboard: what is wrong, and taking note, putting off, ending.
import { $, clock, element } from './dom.js';
import { KeyedList } from './keyed_list.js';
import { snoozeChoice } from './snooze_choice.js';

const RANK = { critical: 0, warning: 1, info: 2 };
const STATE = { firing: 'firing', acked: 'noted', snoozed: 'snoozed' };
const LOST = 'No connection; try again when it is back.';

const when = ({ state, since, until }) =>
  `${STATE[state] ?? state}${state === 'snoozed' && until ? ` until ${clock(until)}` : ''}, since ${clock(since)}`;

export class AlertsView {
  #list = new KeyedList($('alerts-list'));
  #ask;

  // ask(message) answers with the server's message.
  constructor(ask) { this.#ask = ask; }

  show(alerts) {
    const rank = (alert) => RANK[alert.severity] ?? 1;
    const ordered = [...alerts].sort((a, b) => rank(a) - rank(b) || String(b.since).localeCompare(String(a.since)));
    this.#list.show(ordered.map((alert) => ({ key: alert.id, version: JSON.stringify(alert), make: () => this.#entry(alert) })));
    $('alerts-none').hidden = ordered.length > 0;
  }

  #entry(alert) {
    const refusal = element('p', { className: 'errors', role: 'alert' });
    const send = async (type, more = {}) => {
      const answer = await this.#ask({ type, alert_id: alert.id, ...more });
      refusal.textContent = answer.type === 'lost' ? LOST : answer.type === 'error' ? answer.message : '';
    };
    const button = (text, type) => {
      const made = element('button', { type: 'button' }, text);
      made.addEventListener('click', () => send(type));
      return made;
    };
    return element('li', { className: `alert severity-${RANK[alert.severity] === undefined ? 'warning' : alert.severity}` },
      element('div', {}, element('b', {}, alert.severity), ' ', alert.message || alert.rule,
        element('p', { className: 'sub' }, `${alert.rule}, ${when(alert)}`), refusal),
      element('p', { className: 'actions' }, ...(alert.state === 'firing' ? [button('Take note', 'alerts:ack')] : []),
        snoozeChoice(alert.rule, (seconds) => send('alerts:snooze', { for_s: seconds })), button('End', 'alerts:resolve')));
  }
}
