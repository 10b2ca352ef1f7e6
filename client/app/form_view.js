// The form: all fields, and what a person does with them as callbacks. What somebody is typing is never overwritten.
import { $, element } from './dom.js';
import { GROUPS } from './fields.js';
import { FieldView } from './field_view.js';

export class FormView {
  #typing = new Set();

  // on: {focus, blur, input, edit, cancel, takeOver, comments}, each with the field's path first
  constructor(on) {
    this.fields = new Map();
    for (const { title, fields } of GROUPS) {
      const set = element('fieldset', {}, element('legend', {}, title));
      for (const spec of fields) set.append(this.#add(new FieldView(spec), on).box);
      $('quote').append(set);
    }
    $('quote').addEventListener('submit', (event) => event.preventDefault());
  }

  #add(view, on) {
    const { field } = view.spec;
    this.fields.set(field, view);
    view.control.addEventListener('focus', () => on.focus(field));
    view.control.addEventListener('blur', () => { this.#typing.delete(field); on.blur(field); });
    view.control.addEventListener('input', () => { this.#typing.add(field); on.input(field); });
    view.control.addEventListener('change', () => {
      this.#typing.delete(field);
      view.say('');
      on.edit(field, view.value);
    });
    view.control.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#typing.delete(field)) return;
      event.stopPropagation();
      on.cancel(field);
    });
    view.takeOver.addEventListener('click', () => on.takeOver(field));
    view.comments.addEventListener('click', () => on.comments(field));
    return view;
  }

  isTyping(field) { return this.#typing.has(field); }

  show(field, value) {
    const view = this.fields.get(field);
    if (view && !this.#typing.has(field)) view.value = value;
  }
  // Put back although somebody typed: his edit was refused.
  putBack(field, value) {
    this.#typing.delete(field);
    this.show(field, value);
  }
  say(field, text, kind) { this.fields.get(field)?.say(text, kind); }
  flash(field) { this.fields.get(field)?.flash(); }
  focus(field) { this.fields.get(field)?.control.focus(); }
}
