// The inbox in the drawer: what came, newest first, and what can be done with it. Everything that was sent is put in as text.
import { $, element } from './dom.js';
import { isOpen } from './drawer.js';
import { KeyedList } from './keyed_list.js';
import { targetOf } from './notification_target.js';
import { snoozeChoice } from './snooze_choice.js';

const PAGE = 30;
const time = new Intl.DateTimeFormat([], { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const at = (text) => time.format(new Date(text));

export class InboxView {
  #list = new KeyedList($('inbox-list'));
  #limit = PAGE;
  #on;

  // on: {act(message) → refusal or '', more(), mute(topic)}
  constructor(on) {
    this.#on = on;
    $('inbox-more').addEventListener('click', () => { this.#limit += PAGE; on.more(this.#limit); });
    $('inbox-read-all').addEventListener('click', () => on.act({ type: 'notification:read', all: true }));
  }

  // From the top again.
  begin() { this.#limit = PAGE; }

  badge(unread) {
    $('unread').textContent = unread > 99 ? '99+' : String(unread);
    $('unread').hidden = unread === 0;
    $('inbox-open').setAttribute('aria-label', unread ? `Inbox, ${unread} unread` : 'Inbox');
    document.title = `${unread ? `(${unread}) ` : ''}Tidegate – homeowners quote`;
  }

  // Answers with what is on the page now.
  show(state) {
    if (!isOpen('inbox')) return [];
    const now = Date.now();
    const all = state.listed(now);
    const shown = all.slice(0, this.#limit);
    this.#list.show(shown.map((item) => {
      const snoozed = state.isSnoozed(item, now);
      const { expires_in_ms, seen, ...said } = item;
      return { key: item.id, version: JSON.stringify([said, snoozed]), make: () => this.#entry(item, snoozed) };
    }));
    $('inbox-none').hidden = all.length > 0;
    $('inbox-more').hidden = all.length <= this.#limit && !state.after;
    $('inbox-read-all').disabled = state.unread === 0;
    return shown;
  }

  #entry(item, snoozed) {
    const refusal = element('p', { className: 'errors', role: 'alert' });
    const act = async (message) => { refusal.textContent = await this.#on.act(message); };
    const button = (text, does) => {
      const made = element('button', { type: 'button', className: 'quiet' }, text);
      made.addEventListener('click', does);
      return made;
    };
    const one = { ids: [item.id] };
    const state = [item.level, at(item.timestamp), item.topic, item.broadcast ? 'to many' : '',
      snoozed ? `snoozed until ${at(item.snoozed_until)}` : ''].filter(Boolean).join(', ');
    return element('li', { className: `level-${item.level}${item.read ? ' read' : ''}` },
      element('p', { className: 'sub' }, state),
      element('b', { className: 'item-title' }, item.title), element('p', { className: 'comment-text' }, item.message),
      ...actionsOf(item, act), ...linkOf(item.action), refusal,
      element('p', { className: 'actions' }, ...(item.read ? [] : [button('Mark read', () => act({ type: 'notification:read', ...one }))]),
        button('Dismiss', () => act({ type: 'notification:dismiss', ...one })),
        ...(item.topic ? [button('Mute topic', () => this.#on.mute(item.topic))] : []),
        ...(snoozed ? [] : [snoozeChoice(item.title, (for_s) => act({ type: 'notification:snooze', ...one, for_s }))])));
  }
}

function linkOf(action) {
  const target = targetOf(action, location.href);
  if (target?.quote) return [element('a', { href: `#quote=${target.quote}` }, 'Open the quote')];
  return target?.link ? [element('a', { href: target.link, target: '_blank', rel: 'noopener noreferrer' }, target.link)] : [];
}

// One action is taken at most; one that must be confirmed asks first.
function actionsOf({ id, actions = [], acted }, act) {
  if (!actions.length) return [];
  const labelOf = (actionId) => actions.find((action) => action.id === actionId)?.label ?? actionId;
  if (acted) return [element('p', { className: 'sub' }, `You chose: ${labelOf(acted)}`)];
  const row = element('p', { className: 'actions' });
  const press = (text, does) => {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', does);
    return made;
  };
  const take = (action, more = {}) => act({ type: 'notification:act', notification_id: id, action: action.id, ...more });
  const offer = () => row.replaceChildren(...actions.map((action) =>
    press(action.label, () => (action.confirm ? confirm(action) : take(action)))));
  const confirm = (action) => {
    row.replaceChildren(element('span', {}, `${action.label}: are you sure?`),
      press('Yes', () => take(action, { confirmed: true })), press('No', offer));
    row.querySelector('button').focus();
  };
  offer();
  return [row];
}
