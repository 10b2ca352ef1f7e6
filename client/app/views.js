// Which parts of the page are shown: the quote, the dashboard, or both beside each other where there is room.
import { $ } from './dom.js';

const SHOWN = { quote: ['quote-part'], dashboard: ['dashboard-part'], both: ['quote-part', 'dashboard-part'] };

// changed(isDashboardShown) is told of every choice. show() chooses what the tab showed last.
export function onViews(changed) {
  const buttons = [...$('views').querySelectorAll('button')];
  const show = (view) => {
    sessionStorage.setItem('view', view);
    document.body.dataset.view = view;
    for (const part of SHOWN.both) $(part).hidden = !SHOWN[view].includes(part);
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.view === view));
    changed(SHOWN[view].includes('dashboard-part'));
  };
  for (const button of buttons) button.addEventListener('click', () => show(button.dataset.view));
  return {
    show: () => show(Object.hasOwn(SHOWN, sessionStorage.getItem('view') ?? '') ? sessionStorage.getItem('view') : 'quote'),
    // Somebody asked for a quote.
    revealQuote() { if (document.body.dataset.view === 'dashboard') show('quote'); },
  };
}
