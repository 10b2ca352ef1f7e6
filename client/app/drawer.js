// The drawer at the side: one panel at a time (history, comments, inbox). Escape closes it and gives the focus back.
import { $ } from './dom.js';

let opener = null;
let current = null;

const show = (name) => {
  current = name;
  $('drawer').hidden = !name;
  for (const panel of document.querySelectorAll('[data-panel]')) panel.hidden = panel.dataset.panel !== name;
  for (const button of document.querySelectorAll('[data-drawer]'))
    button.setAttribute('aria-expanded', String(button.dataset.drawer === name));
};

export function openDrawer(name, title) {
  opener ??= document.activeElement;
  show(name);
  $('drawer-title').textContent = title;
  $('drawer-close').focus();
}

export function closeDrawer() {
  if (!current) return;
  show(null);
  opener?.focus();
  opener = null;
}

export const isOpen = (name) => current === name;

$('drawer-close').addEventListener('click', closeDrawer);
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeDrawer(); });
