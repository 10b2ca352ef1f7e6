// A review freezes the quote: who started it, why, and who may end it.
import { $, clock } from './dom.js';

const ENDERS = ['underwriter', 'manager', 'admin'];

export function showReview(review, { role, isEditor, nameOf }) {
  $('review-bar').hidden = !review;
  $('review-start').hidden = Boolean(review) || !isEditor;
  if (!review) return;
  $('review-form').hidden = true;
  const mayEnd = ENDERS.includes(role) && isEditor;
  const name = nameOf(review.by) === 'somebody' ? review.name || 'somebody' : nameOf(review.by);
  $('review-text').textContent = `Under review by ${name}${review.at ? ` since ${clock(review.at)}` : ''}`
    + `${review.reason ? `: ${review.reason}` : ''}. Nobody can change the quote`
    + `${mayEnd ? '.' : ' until an underwriter ends it.'}`;
  $('review-end').hidden = !mayEnd;
}

// ask(message) answers with the server's message; failed(text) shows a refusal.
export function onReview(ask, failed) {
  const send = async (message) => {
    const answer = await ask({ type: 'session:review', ...message });
    if (answer.type === 'error') failed(answer.message);
    return answer.type !== 'error';
  };
  $('review-start').addEventListener('click', () => {
    $('review-form').hidden = !$('review-form').hidden;
    if (!$('review-form').hidden) $('review-reason').focus();
  });
  $('review-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const reason = $('review-reason').value.trim();
    if (await send({ state: 'start', ...(reason ? { reason } : {}) })) {
      $('review-form').hidden = true;
      $('review-reason').value = '';
    }
  });
  $('review-end').addEventListener('click', () => send({ state: 'end' }));
}
