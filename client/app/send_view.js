// The form to notify a user, or to tell roles or everybody.
import { $, element } from './dom.js';
import { RANKS } from './roles.js';

const RECEIPT = { delivered: 'reached', seen: 'was seen by', read: 'was read by', acted: 'was answered by', dismissed: 'was dismissed by' };

export class SendView {
  #api;
  #people;
  #key = null;      // the same request keeps its key until it is answered
  #sent = null;

  // api(path, options) → body; people() → [{id, name}] to choose from
  constructor(api, people) {
    this.#api = api;
    this.#people = people;
    $('send-roles').append(...RANKS.map((role) => element('label', {}, element('input', { type: 'checkbox', value: role }), ` ${role}`)));
    for (const radio of document.getElementsByName('send-to')) radio.addEventListener('change', () => this.#showTarget());
    $('send-form').addEventListener('input', () => { this.#key = null; });
    $('send-form').addEventListener('submit', (event) => { event.preventDefault(); this.#send(); });
    this.#showTarget();
  }

  // Only the server knows who may send. A broadcast to no role that exists is refused either way, for the one reason or the other.
  async offer() {
    const probe = { title: '?', message: '?', level: 'info', target_roles: ['?'] };
    const error = await this.#post('/api/notifications/broadcast', probe).catch((refused) => refused);
    $('send-box').hidden = error?.status !== 400;
    this.#offerPeople();
  }

  // What became of what was sent last.
  receipt({ notification_id, user_id, what, action }) {
    if (notification_id !== this.#sent) return;
    const name = this.#people().find((person) => person.id === user_id)?.name ?? `user ${user_id.slice(0, 8)}`;
    $('send-receipts').append(element('li', {}, `It ${RECEIPT[what] ?? what} ${name}${action ? `: ${action}` : ''}`));
  }

  #post(path, body, headers = {}) { return this.#api(path, { method: 'POST', body: JSON.stringify(body), headers }); }

  #toUser() { return $('send-to-user').checked; }

  #showTarget() {
    $('send-user-box').hidden = !this.#toUser();
    $('send-user').required = this.#toUser();
    $('send-roles').hidden = this.#toUser();
    this.#offerPeople();
  }

  #offerPeople() {
    $('send-people').replaceChildren(...this.#people().map(({ id, name }) => element('option', { value: id, label: name }, name)));
  }

  #body() {
    const roles = [...$('send-roles').querySelectorAll('input:checked')].map((box) => box.value);
    const label = $('send-action').value.trim();
    const topic = $('send-topic').value.trim();
    return {
      ...(this.#toUser() ? { user_id: $('send-user').value.trim() } : roles.length ? { target_roles: roles } : {}),
      title: $('send-title').value, message: $('send-message').value, level: $('send-level').value,
      ...(topic ? { topic } : {}),
      ...(label ? { actions: [{ id: 'yes', label, confirm: $('send-confirm').checked }] } : {}),
    };
  }

  async #send() {
    this.#key ??= crypto.randomUUID();
    const path = this.#toUser() ? '/api/notifications' : '/api/notifications/broadcast';
    try {
      const answer = await this.#post(path, this.#body(), { 'Idempotency-Key': this.#key });
      this.#key = null;
      this.#sent = answer.id;
      $('send-receipts').replaceChildren();
      this.#say(this.#outcome(answer), 'info');
    } catch (error) {
      this.#say(error.message, 'bad');
    }
  }

  #outcome({ delivered_count, queued_count }) {
    if (!this.#toUser()) return `Sent: ${delivered_count} connected now; whoever is away finds it later.`;
    return queued_count ? 'Sent: it waits in the inbox.' : 'Sent: told at once.';
  }

  #say(text, kind) {
    $('send-note').textContent = text;
    $('send-note').dataset.kind = kind;
  }
}
