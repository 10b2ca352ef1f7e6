// One quote as it is edited here: puts together the replica, my edits, locks and presence, and the form that shows them.
import { $, shown } from './dom.js';
import { DEFAULTS } from './fields.js';
import { Edits } from './edits.js';
import { FormView } from './form_view.js';
import { Locks } from './locks.js';
import { Presence } from './presence.js';
import { RANKS } from './roles.js';
import { Requests } from './requests.js';
import { CommentsView } from './comments_view.js';
import { HistoryView } from './history_view.js';
import { QuoteReplica } from './quote_replica.js';
import { showPeople } from './people_view.js';
import { showPremium } from './premium_view.js';
import { onReview, showReview } from './review_view.js';

export class Editing {
  #send = () => false;
  #bases = new Map();   // field → revision that was on the page when somebody began to type there

  // notice(text): a short word to the user about what has no field.
  constructor(notice) {
    this.notice = notice;
    this.requests = new Requests((message) => this.#send(message));
    const ask = (message) => this.requests.ask(message);
    this.edits = new Edits(this.requests, {
      tokenOn: (field) => this.locks.tokenOn(field),
      settled: (field, answer, value) => this.#settled(field, answer, value),
    });
    this.presence = new Presence((message) => this.#send(message));
    this.locks = new Locks(this.requests, {
      quiet: (field) => this.edits.quiet(field),
      refused: (field, error) => this.#lockRefused(field, error),
      sign: () => this.presence.tell(),
    });
    this.form = new FormView({
      focus: (field) => { this.presence.at(field); this.locks.focus(field); },
      blur: (field) => { this.#bases.delete(field); this.presence.at(null); this.locks.blur(field); },
      input: (field) => { this.#begin(field); this.locks.input(field); },
      cancel: (field) => { this.#bases.delete(field); this.form.putBack(field, this.replica.value(field)); },
      edit: (field, value) => this.#edit(field, value),
      takeOver: (field) => this.#takeOver(field),
      comments: (field) => this.comments.open(field),
    });
    this.comments = new CommentsView(ask, () => this.replica);
    this.history = new HistoryView(ask, (id) => this.replica.nameOf(id));
    onReview(ask, notice);
    $('undo').addEventListener('click', () => this.#step('field:undo', 'There is nothing of yours to undo.'));
    $('redo').addEventListener('click', () => this.#step('field:redo', 'There is nothing of yours to do again.'));
  }

  // Begins with another quote or as another user.
  open(quoteId, me, send) {
    this.quoteId = quoteId;
    this.me = me;
    this.#send = send;
    this.edits.drop();
    this.requests.lost();
    this.replica = new QuoteReplica(me.id);
    showPremium(null);
  }

  lost() {
    this.requests.lost();
    this.replica.forget();
  }

  hear(message) {
    for (const change of this.replica.apply(message)) this.#show(change);
    if (message.type === 'field:unlocked') this.#lockEnded(message);
    this.requests.hear(message);
  }

  #show(change) {
    if (change.what === 'snapshot') this.#rejoined();
    if (change.what === 'field') this.#showField(change);
    if (change.what === 'premium') showPremium(this.replica.premium, change.revision);
    if (change.what === 'users' || change.what === 'locks') this.#showPeople();
    if (change.what === 'review') { this.#showReview(); this.#showPeople(); }
    if (change.what === 'comments') this.#showComments();
  }

  #rejoined() {
    const { replica } = this;
    for (const [field] of this.form.fields) if (!this.edits.isUnderway(field)) this.form.show(field, replica.value(field));
    showPremium(replica.premium, replica.revision);
    this.#showReview();
    this.#showPeople();
    this.locks.rejoin(replica.leaseTtlMs);
    this.edits.sendAgain();
    this.presence.tell();
    this.#loadComments();
    this.history.refresh();
    if (this.#isEditor() && (replica.revision === 0 || !replica.premium)) this.#calculate();
  }

  #isEditor() { return this.replica.access === 'editor'; }

  #calculate() {
    const data = this.replica.revision === 0 ? { ...DEFAULTS } : {};
    this.requests.ask({ type: 'quote:update', quote_id: this.quoteId, quote_data: data });
  }

  #showField({ field, by, kind }) {
    for (const [path, view] of this.form.fields) {
      if (path !== field && !path.startsWith(`${field}/`)) continue;
      if (this.edits.isUnderway(path)) continue;   // shown when it is answered
      const value = this.replica.value(path);
      const isNew = (view.value ?? null) !== value;
      this.form.show(path, value);
      if (!by || by === this.me.id || !isNew) continue;
      view.flash();
      const verb = kind === 'undo' ? 'took a change back: ' : 'changed this to ';
      view.say(`${this.replica.nameOf(by)} ${verb}${shown(value)}`);
    }
    this.history.refresh();
  }

  // What he sees when he begins is what his edit is made on.
  #begin(field) { if (!this.#bases.has(field)) this.#bases.set(field, this.replica.revision); }

  #edit(field, value) {
    this.#begin(field);
    this.edits.change(field, value, this.#bases.get(field));
    this.#bases.delete(field);
    if (!this.replica.joined) this.form.say(field, 'will be sent when the connection is back');
  }

  #settled(field, answer, value) {
    const stands = this.replica.value(field);
    if (answer.type === 'field:updated') {
      this.form.say(field, '');
      return this.form.show(field, stands);
    }
    this.form.putBack(field, stands);
    // An edit that was sent again after a lost connection may stand already.
    if (stands !== value) this.form.say(field, `${answer.message ?? 'not saved'} (${shown(stands)} stands)`, 'bad');
  }

  #lockRefused(field, error) {
    if (error.code === 'field_locked') this.form.say(field, `${error.holder?.name ?? 'Somebody'} is editing this field`, 'bad');
    else if (error.code !== 'forbidden') this.form.say(field, error.message, 'bad');
  }

  #lockEnded({ field, reason, by, user }) {
    if (user && user.id !== this.me.id) return;
    if (!this.locks.ended(field) || reason === 'released') return;
    if (reason === 'taken') this.form.say(field, `${by?.name ?? 'Somebody'} took this field over`, 'bad');
    if (reason === 'review') this.form.say(field, 'The quote is under review now', 'bad');
  }

  async #takeOver(field) {
    if (await this.locks.takeOver(field)) {
      this.#showPeople();
      this.form.focus(field);
    }
  }

  async #step(type, nothing) {
    const answer = await this.requests.ask({ type });
    if (answer.type === 'field:updated') return;
    if (answer.type === 'lost') return this.notice('No connection; try again when it is back.');
    if (answer.type === 'field:rejected') return this.form.say(answer.field, answer.message, 'bad');
    this.notice(answer.code === 'not_found' ? nothing : answer.message);
  }

  #showPeople() {
    const { replica } = this;
    const frozen = !this.#isEditor() || Boolean(replica.review);
    for (const [field, view] of this.form.fields) {
      const holder = replica.lockAgainst(field);
      const known = holder && { ...holder, name: holder.name ?? replica.nameOf(holder.id) };
      const mayTakeOver = !frozen && holder && RANKS.indexOf(this.me.role) > RANKS.indexOf(holder.role);
      view.showPeople({ holder: known, others: replica.focusOn(field), mayTakeOver, frozen });
    }
    showPeople(replica.users.values(), this.me.id);
    $('viewer-bar').hidden = this.#isEditor();
    for (const id of ['undo', 'redo']) $(id).disabled = frozen;
    for (const id of ['comment-text', 'comment-send']) $(id).disabled = !this.#isEditor();
  }

  #showReview() {
    showReview(this.replica.review,
      { role: this.me.role, isEditor: this.#isEditor(), nameOf: (id) => this.replica.nameOf(id) });
  }

  #showComments() {
    for (const [field, view] of this.form.fields) {
      const all = this.replica.commentsOn(field);
      view.countComments(all.filter((comment) => !comment.resolved).length, all.length);
    }
    this.comments.show();
  }

  async #loadComments() {
    for (let after; ;) {
      const page = await this.requests.ask({ type: 'comment:list', limit: 100, ...(after ? { after } : {}) });
      if (page.type !== 'comment:list' || !page.after) break;
      after = page.after;
    }
    this.#showComments();
  }
}
