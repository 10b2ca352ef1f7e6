// What this tab knows of its user's inbox: pages as they were asked for, and what was told since. Pure state: no page, no
// socket. apply() answers with what changed: {what: 'arrived', item} or {what: 'changed'}.
const isCurrent = (item, now) => !item.expires_at || Date.parse(item.expires_at) > now;

export class InboxState {
  #told = new Set();   // ids that were shown as new here

  constructor() {
    this.items = new Map();
    this.unread = 0;
    this.after = null;   // where the next page begins; null: all is here
  }

  apply(message) {
    switch (message.type) {
      case 'notification': return this.#arrive(message.notification, message.unread);
      case 'system:notification': return this.#arrive(message.notification, null);
      case 'notification:updated': return this.#update(message);
      case 'notification:acked':
        this.unread = message.unread;
        return [{ what: 'changed' }];
      default: return [];
    }
  }

  // A page of the listing; the first one stands for everything that was known.
  page({ items, unread, after }, isFirst) {
    if (isFirst) this.items.clear();
    for (const item of items) this.items.set(item.id, item);
    this.unread = unread;
    this.after = after ?? null;
  }

  // Newest first, without what has expired.
  listed(now) {
    return [...this.items.values()].filter((item) => isCurrent(item, now))
      .sort((a, b) => b.timestamp.localeCompare(a.timestamp));
  }

  isSnoozed(item, now) { return Boolean(item.snoozed_until) && Date.parse(item.snoozed_until) > now; }

  // A broadcast comes without a count, and what comes may be known from a page already.
  #arrive(notification, unread) {
    const { id } = notification;
    if (unread !== null) this.unread = unread;
    else if (!this.items.has(id)) this.unread += 1;
    const item = { read: false, ...this.items.get(id), ...notification };
    this.items.set(id, item);
    if (this.#told.has(id)) return [{ what: 'changed' }];
    this.#told.add(id);
    return [{ what: 'arrived', item }];
  }

  #update({ change, ids, unread, until, action }) {
    for (const id of ids) {
      const item = this.items.get(id);
      if (change === 'snooze') this.#told.delete(id);   // it comes again, as new
      if (change === 'dismiss') this.items.delete(id);
      else if (item) this.items.set(id, changed(item, change, until, action));
    }
    this.unread = unread;
    return [{ what: 'changed' }];
  }
}

function changed(item, change, until, action) {
  const { snoozed_until, ...rest } = item;
  if (change === 'snooze') return { ...rest, read: false, seen: false, snoozed_until: until };
  if (change === 'act') return { ...rest, read: true, acted: action };
  return change === 'read' ? { ...rest, read: true } : item;
}
