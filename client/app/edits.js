// My edits on their way: one per field at a time, the newest value next. What a lost connection took with it is sent again
// after the next snapshot, with the revision it was made on, so that it cannot undo what others did meanwhile.
export class Edits {
  #requests;
  #tokenOn;
  #settled;
  #underway = new Map();   // field → {id, value, base, sent, next?, waiting[]}

  // tokenOn(field): my lease there, or 0. settled(field, answer, value): no edit of mine is under way there any more.
  constructor(requests, { tokenOn, settled }) {
    this.#requests = requests;
    this.#tokenOn = tokenOn;
    this.#settled = settled;
  }

  isUnderway(field) { return this.#underway.has(field); }

  change(field, value, base) {
    const edit = this.#underway.get(field);
    if (edit) { edit.next = { value }; return; }
    this.#underway.set(field, { id: this.#requests.newId(), value, base, waiting: [] });
    this.#send(field);
  }

  // Resolves when nothing of mine is under way on the field.
  quiet(field) {
    const edit = this.#underway.get(field);
    return edit ? new Promise((resolve) => edit.waiting.push(resolve)) : Promise.resolve();
  }

  // With another quote nothing of this one is sent any more.
  drop() { this.#underway.clear(); }

  sendAgain() {
    for (const [field, edit] of this.#underway) if (!edit.sent) this.#send(field);
  }

  async #send(field) {
    const edit = this.#underway.get(field);
    edit.sent = true;
    const token = this.#tokenOn(field);
    const answer = await this.#requests.ask({
      type: 'field:update', id: edit.id, field, value: edit.value, base_revision: edit.base,
      ...(token ? { lease_token: token } : {}),
    });
    if (answer.type === 'lost') { edit.sent = false; return; }
    if (this.#underway.get(field) !== edit) return;   // dropped
    if (answer.type === 'field:updated' && edit.next) {
      Object.assign(edit, { id: this.#requests.newId(), value: edit.next.value, base: answer.revision, next: undefined });
      this.#send(field);
      return;
    }
    this.#underway.delete(field);
    this.#settled(field, answer, edit.value);
    for (const resolve of edit.waiting) resolve();
  }
}
