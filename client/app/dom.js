// The page's elements by name, and new ones. Texts are put in as text, never as markup.
export const $ = (id) => document.getElementById(id);

// element('p', {className: 'note'}, 'text', otherElement, …)
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The same for drawings.
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A person keeps his colour: one of the eight classes of the style sheet.
export function colourOf(userId) {
  let sum = 0;
  for (const letter of userId ?? '') sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return `colour-${sum % 8}`;
}

export const clock = (time) => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

// A value as people read it.
export function shown(value) {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
