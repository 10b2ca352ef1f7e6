// Putting something off: a choice of times that acts at once.
import { element } from './dom.js';

const TIMES = [['15 minutes', 900], ['1 hour', 3600], ['4 hours', 14400], ['1 day', 86400], ['1 week', 604800]];

export function snoozeChoice(about, picked) {
  const choice = element('select', { className: 'snooze', 'aria-label': `Snooze ${about}` },
    element('option', { value: '' }, 'Snooze…'),
    ...TIMES.map(([text, seconds]) => element('option', { value: String(seconds) }, text)));
  choice.addEventListener('change', () => {
    const seconds = Number(choice.value);
    choice.value = '';
    if (seconds) picked(seconds);
  });
  return choice;
}
