// One field on the page: label, control, who is there, a note beside it, the way to its comments.
import { colourOf, element } from './dom.js';

const FLASH_MS = 2400;
const NOTE_MS = 8000;

const controlOf = (spec, id) => {
  const common = { id, name: spec.field, 'aria-describedby': `${id}-note` };
  if (spec.kind === 'check') return element('input', { ...common, type: 'checkbox' });
  if (spec.kind === 'long') return element('textarea', { ...common, rows: 3, maxLength: spec.most });
  if (spec.kind === 'text') return element('input', { ...common, type: spec.type, maxLength: spec.most, autocomplete: 'off' });
  if (spec.kind === 'number')
    return element('input', { ...common, type: 'number', min: spec.min, max: spec.max, step: spec.step });
  // The empty choice is for a quote in which nothing stands yet.
  return element('select', common, element('option', { value: '', hidden: true }),
    ...spec.options.map((option) => element('option', { value: String(option) }, String(option))));
};

export class FieldView {
  #flash = null;
  #clear = null;

  constructor(spec) {
    const id = `field-${spec.field.replaceAll('/', '-')}`;
    this.spec = spec;
    this.control = controlOf(spec, id);
    this.note = element('p', { id: `${id}-note`, className: 'note', role: 'status' });
    this.who = element('span', { className: 'who' });
    this.takeOver = element('button', { type: 'button', className: 'quiet', hidden: true }, 'Take over');
    this.comments = element('button', { type: 'button', className: 'quiet comments' });
    this.countComments(0);
    const label = element('label', { htmlFor: id }, spec.label);
    const head = element('div', { className: 'head' }, label, this.who, this.takeOver, this.comments);
    this.box = spec.kind === 'check'
      ? element('div', { className: 'field check' }, this.control, head, this.note)
      : element('div', { className: 'field' }, head, this.control, this.note);
  }

  get value() {
    if (this.spec.kind === 'check') return this.control.checked;
    if (this.control.value === '') return null;
    return this.spec.integer ? Number(this.control.value) : this.control.value;
  }
  set value(value) {
    if (this.spec.kind === 'check') this.control.checked = value === true;
    else this.control.value = value ?? '';
  }

  // holder: who keeps us out, or null; others: who has the focus here.
  showPeople({ holder, others, mayTakeOver, frozen }) {
    const person = holder ?? others[0];
    const names = holder ? `${holder.name} is editing` : others.map((other) => other.name).join(', ');
    this.who.textContent = names + (!holder && others.length ? (others.length > 1 ? ' are here' : ' is here') : '');
    this.box.className = ['field', this.spec.kind === 'check' ? 'check' : '', holder ? 'held' : '',
      person ? `occupied ${colourOf(person.id)}` : '', this.#flash ? 'flash' : ''].join(' ').trim();
    this.takeOver.hidden = !(holder && mayTakeOver);
    const disabled = Boolean(holder) || frozen;
    if (disabled && document.activeElement === this.control) this.control.blur();
    this.control.disabled = disabled;
  }

  countComments(open, all = open) {
    this.comments.textContent = open ? `${open} comment${open > 1 ? 's' : ''}` : all ? 'Comments' : 'Comment';
    this.comments.classList.toggle('some', open > 0);
    this.comments.setAttribute('aria-label', `${this.comments.textContent} on ${this.spec.label}`);
  }

  say(text, kind = 'info') {
    clearTimeout(this.#clear);
    this.note.textContent = text;
    this.note.dataset.kind = kind;
    if (kind === 'bad') this.control.setAttribute('aria-invalid', 'true'); else this.control.removeAttribute('aria-invalid');
    if (text) this.#clear = setTimeout(() => this.say(''), kind === 'bad' ? 2 * NOTE_MS : NOTE_MS);
  }

  flash() {
    clearTimeout(this.#flash);
    this.box.classList.remove('flash');
    void this.box.offsetWidth;   // starts the animation anew
    this.box.classList.add('flash');
    this.#flash = setTimeout(() => { this.#flash = null; this.box.classList.remove('flash'); }, FLASH_MS);
  }
}
