// Whether a user wants to be told of a notification now. The server holds back what is sent to him alone; a live broadcast is
// one event for all, so the page asks this itself. Pure.
const LEVELS = ['info', 'success', 'warning', 'error', 'critical'];

const minuteOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

function minuteIn(zone, now) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return minuteOf(clock.format(now));
}

export function isQuiet(quiet, now) {
  if (!quiet) return false;
  const from = minuteOf(quiet.from);
  const to = minuteOf(quiet.to);
  let minute;
  try { minute = minuteIn(quiet.zone, now); } catch { return false; }   // a zone that the browser does not know
  return from > to ? minute >= from || minute < to : minute >= from && minute < to;
}

export function holdsBack(preferences, notification, now) {
  if (!preferences || notification.level === 'critical') return false;
  if (LEVELS.indexOf(notification.level) < LEVELS.indexOf(preferences.min_level)) return true;
  return preferences.muted_topics.includes(notification.topic) || isQuiet(preferences.quiet_hours, now);
}

export const topicsIn = (text) => [...new Set(text.split(',').map((topic) => topic.trim()).filter(Boolean))];
