// Who is here: name, role, and which field has his focus.
import { $, colourOf, element } from './dom.js';
import { labelOf } from './fields.js';

const placeOf = (user) => {
  if (user.access === 'viewer') return 'looking on';
  return user.focus?.field ? `in ${labelOf(user.focus.field)}` : '';
};

const initials = (name) => name.split(/\s+/).map((word) => word[0]).join('').slice(0, 2).toUpperCase();

export function showPeople(users, myId) {
  const sorted = [...users].sort((a, b) => (b.id === myId) - (a.id === myId) || a.name.localeCompare(b.name));
  $('people').replaceChildren(...sorted.map((user) => element('li', { className: `person ${colourOf(user.id)}` },
    element('span', { className: 'avatar', 'aria-hidden': 'true' }, initials(user.name)),
    element('span', {}, user.id === myId ? `${user.name} (you)` : user.name),
    element('small', {}, [user.role, placeOf(user)].filter(Boolean).join(', ')))));
}
