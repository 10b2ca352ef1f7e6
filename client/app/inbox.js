// One's inbox: puts together its connection, what is known of it, and the drawer that shows it.
import { $ } from './dom.js';
import { Acks } from './acks.js';
import { connect } from './connection.js';
import { isOpen, openDrawer } from './drawer.js';
import { deviceName } from './identity.js';
import { InboxState } from './inbox_state.js';
import { InboxView } from './inbox_view.js';
import { holdsBack } from './preferences.js';
import { onPreferences, showPreferences } from './preferences_view.js';
import { Requests } from './requests.js';
import { SendView } from './send_view.js';
import { clearToasts, toast } from './toast.js';

const LOST = 'No connection; try again when it is back.';
const PAGE = 50;
const REFRESH_MS = 500;

export class Inbox {
  #link = null;
  #state = new InboxState();
  #preferences = null;
  #refreshing = null;
  #isSendingOffered = false;
  #requests = new Requests((message) => this.#link?.send(message) ?? false);
  #acks = new Acks(this.#requests, deviceName());
  #unauthorized;
  #api;

  // api(path, options) → body; people() → who can be chosen to send to; unauthorized(): the token is not taken any more.
  constructor({ api, people, unauthorized }) {
    this.#api = api;
    this.#unauthorized = unauthorized;
    this.view = new InboxView({
      act: (message) => this.#act(message),
      more: (limit) => this.#more(limit),
      mute: (topic) => this.#mute(topic),
    });
    this.sending = new SendView(api, people);
    onPreferences((preferences) => this.#save(preferences));
    $('inbox-open').addEventListener('click', () => this.#openDrawer());
  }

  // As this user, from nothing. A server without notifications has no inbox.
  async open(token) {
    this.close();
    const state = new InboxState();
    this.#state = state;
    this.#isSendingOffered = false;
    const there = await this.#api('/api/notifications?limit=1').then(() => true, (error) => error.status !== 404);
    if (this.#state !== state) return;   // closed or opened anew meanwhile
    $('inbox-open').hidden = !there;
    if (!there) return;
    this.#link = connect(`/ws/notifications?device=${deviceName()}`, token, {
      message: (message) => this.#hear(message),
      lost: () => this.#requests.lost(),
      state: (state, text) => {
        $('inbox-status').textContent = state === 'open' ? '' : text;
        if (state === 'unauthorized') this.#unauthorized();
      },
    });
  }

  close() {
    this.#state = new InboxState();
    this.#link?.close();
    this.#link = null;
    this.#requests.lost();
  }

  #hear(message) {
    if (message.type === 'connection:established') this.#begin();
    if (message.type === 'notification:receipt') this.sending.receipt(message);
    const changes = this.#state.apply(message);
    for (const { what, item } of changes) if (what === 'arrived') this.#arrived(item);
    if (changes.length) this.#show();
    this.#requests.hear(message);
  }

  async #begin() {
    $('inbox-status').textContent = '';
    this.#refresh();
    const answer = await this.#requests.ask({ type: 'notification:preferences' });
    if (answer.type === 'notification:preferences') this.#stand(answer.preferences);
  }

  #arrived(item) {
    this.#acks.shown(item.id);
    if (!isOpen('inbox')) {
      if (!holdsBack(this.#preferences, item, Date.now())) toast(item, () => this.#openDrawer());
      return;
    }
    // What it replaced, the server knows.
    this.#refreshing ??= setTimeout(() => { this.#refreshing = null; this.#refresh(); }, REFRESH_MS);
  }

  #show() {
    this.view.badge(this.#state.unread);
    if (document.hidden) return this.view.show(this.#state);
    for (const item of this.view.show(this.#state)) {
      if (item.seen || item.read) continue;
      item.seen = true;
      this.#acks.seen(item.id);
    }
  }

  #openDrawer() {
    openDrawer('inbox', 'Inbox');
    clearToasts();
    this.view.begin();
    this.#show();
    this.#refresh();
    if (!this.#isSendingOffered) this.sending.offer();
    this.#isSendingOffered = true;
  }

  async #page(after) {
    const page = await this.#requests.ask({ type: 'notification:list', limit: PAGE, ...(after ? { after } : {}) });
    if (page.type !== 'notification:list') return;
    this.#state.page(page, !after);
    this.#show();
  }
  #refresh() { return this.#page(null); }
  async #more(limit) {
    if (this.#state.items.size < limit && this.#state.after) await this.#page(this.#state.after);
    this.#show();
  }

  async #act(message) {
    const answer = await this.#requests.ask(message);
    if (answer.type === 'lost') return LOST;
    return answer.type === 'error' ? answer.message : '';
  }

  #mute(topic) {
    if (!this.#preferences) return;
    const { muted_topics } = this.#preferences;
    if (!muted_topics.includes(topic)) this.#save({ ...this.#preferences, muted_topics: [...muted_topics, topic] });
    $('preferences-box').open = true;
  }

  async #save(preferences) {
    const answer = await this.#requests.ask({ type: 'notification:preferences', preferences });
    if (answer.type === 'lost') return LOST;
    if (answer.type === 'error') return answer.message;
    this.#stand(answer.preferences);
    return '';
  }

  #stand(preferences) {
    this.#preferences = preferences;
    showPreferences(preferences);
  }
}
