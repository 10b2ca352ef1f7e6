// The form of what one wants to be told of at once.
import { $ } from './dom.js';
import { topicsIn } from './preferences.js';

const homeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function showPreferences({ min_level, muted_topics, quiet_hours }) {
  $('min-level').value = min_level;
  $('muted-topics').value = muted_topics.join(', ');
  $('quiet-on').checked = Boolean(quiet_hours);
  $('quiet-from').value = quiet_hours?.from ?? '22:00';
  $('quiet-to').value = quiet_hours?.to ?? '07:00';
  $('quiet-zone').value = quiet_hours?.zone ?? homeZone();
  $('quiet-hours').hidden = !quiet_hours;
}

const preferencesOnPage = () => ({
  min_level: $('min-level').value,
  muted_topics: topicsIn($('muted-topics').value),
  quiet_hours: $('quiet-on').checked
    ? { from: $('quiet-from').value, to: $('quiet-to').value, zone: $('quiet-zone').value.trim() } : null,
});

// save(preferences) answers with a refusal, or ''.
export function onPreferences(save) {
  const say = (text, kind) => {
    $('preferences-note').textContent = text;
    $('preferences-note').dataset.kind = kind;
  };
  $('quiet-on').addEventListener('change', () => { $('quiet-hours').hidden = !$('quiet-on').checked; });
  $('preferences-form').addEventListener('input', () => say('', 'info'));
  $('preferences-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const refusal = await save(preferencesOnPage());
    say(refusal || 'Saved.', refusal ? 'bad' : 'info');
  });
}
