// The drawer at the side: one at a time, history or comments. Escape closes it and gives the focus back.
import { $ } from './dom.js';

let opener = null;
let current = null;

export function openDrawer(name, title) {
  opener ??= document.activeElement;
  current = name;
  $('drawer').hidden = false;
  $('drawer-title').textContent = title;
  $('history-panel').hidden = name !== 'history';
  $('comments-panel').hidden = name !== 'comments';
  for (const button of [$('history'), $('all-comments')]) button.setAttribute('aria-expanded', String(button.dataset.drawer === name));
  $('drawer-close').focus();
}

export function closeDrawer() {
  if (!current) return;
  current = null;
  $('drawer').hidden = true;
  for (const button of [$('history'), $('all-comments')]) button.setAttribute('aria-expanded', 'false');
  opener?.focus();
  opener = null;
}

export const isOpen = (name) => current === name;

$('drawer-close').addEventListener('click', closeDrawer);
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeDrawer(); });
