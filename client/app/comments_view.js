// Comments on a field, or on all of them, in the drawer: read, answer, settle.
import { $, clock, colourOf, element } from './dom.js';
import { isOpen, openDrawer } from './drawer.js';
import { labelOf } from './fields.js';
import { mentionsIn } from './mentions.js';

export class CommentsView {
  #ask;
  #replica;
  #field = '';   // what a new comment is about; '' the whole quote

  constructor(ask, replica) {
    this.#ask = ask;
    this.#replica = replica;
    $('all-comments').addEventListener('click', () => this.open(''));
    $('comment-form').addEventListener('submit', (event) => { event.preventDefault(); this.#add(); });
  }

  open(field) {
    this.#field = field;
    openDrawer('comments', field ? `Comments on ${labelOf(field)}` : 'Comments');
    this.show();
    if (!$('comment-text').disabled) $('comment-text').focus();
  }

  show() {
    const all = [...this.#replica().comments.values()];
    const open = all.filter((comment) => !comment.resolved).length;
    $('all-comments').textContent = open ? `Comments (${open})` : 'Comments';
    if (!isOpen('comments')) return;
    const listed = this.#field ? this.#replica().commentsOn(this.#field) : all;
    const ordered = listed.sort((a, b) => a.resolved - b.resolved || a.created_at.localeCompare(b.created_at));
    $('comments-list').replaceChildren(...ordered.map((comment) => this.#entry(comment)));
    $('comments-none').hidden = ordered.length > 0;
    $('comment-label').textContent = this.#field ? `New comment on ${labelOf(this.#field)}` : 'New comment on the quote';
  }

  #entry(comment) {
    const settle = element('button', { type: 'button', className: 'quiet' }, comment.resolved ? 'Open again' : 'Resolve');
    settle.addEventListener('click', () =>
      this.#ask({ type: 'comment:resolve', comment_id: comment.id, resolved: !comment.resolved }));
    const about = !this.#field && comment.field ? ` on ${labelOf(comment.field)}` : '';
    return element('li', { className: `${colourOf(comment.author?.id)}${comment.resolved ? ' resolved' : ''}` },
      element('p', { className: 'sub' }, `${comment.author?.name ?? 'somebody'}${about}, ${clock(comment.created_at)}`),
      element('p', { className: 'comment-text' }, comment.text), settle);
  }

  async #add() {
    const text = $('comment-text').value.trim();
    if (!text) return;
    const mentions = mentionsIn(text, this.#replica().names);
    const answer = await this.#ask({
      type: 'comment:add', text, ...(this.#field ? { field: this.#field } : {}), ...(mentions.length ? { mentions } : {}),
    });
    $('comment-error').textContent = answer.type === 'comment:added' ? '' : answer.message ?? 'not sent: no connection';
    if (answer.type === 'comment:added') $('comment-text').value = '';
  }
}
