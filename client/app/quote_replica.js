// What this tab knows of the quote: the snapshot of session:joined and what was told after it. Pure state: no page, no
// socket. apply() answers with what changed, as {what, field?, by?, kind?}, for whoever shows it.
import { changesOf, isInside, overlaps, putAt, valueAt } from './quote_paths.js';

const NO_REVIEW = null;

export class QuoteReplica {
  #early = [];              // recorded events that came before the snapshot
  #pathRevisions = new Map();
  #premiumRevision = 0;

  constructor(myId) {
    this.myId = myId;
    this.names = new Map();   // of everybody ever seen here, also of who left
    this.comments = new Map();
    this.forget();
  }

  // The connection is gone: what is on the page stays, what comes now waits for the next snapshot.
  forget() {
    this.joined = false;
    this.#early = [];
    this.data ??= {};
    this.revision ??= 0;
    this.users ??= new Map();
    this.locks ??= new Map();
    this.review ??= NO_REVIEW;
    this.premium ??= null;
    this.access ??= 'viewer';
  }

  apply(message) {
    if (message.type === 'session:joined') return this.#join(message);
    const handler = HANDLERS[message.type];
    if (!handler) return [];
    if (!this.joined) {
      if (WAITS.has(message.type)) this.#early.push(message);
      return [];
    }
    return handler(this, message);
  }

  value(field) { return valueAt(this.data, field); }
  nameOf(userId) { return userId === this.myId ? 'you' : this.names.get(userId) ?? 'somebody'; }

  // The lock that keeps this tab's user from the field: on it, on what it is part of, or on its parts.
  lockAgainst(field) {
    for (const [path, user] of this.locks) if (user.id !== this.myId && overlaps(path, field)) return user;
    return null;
  }
  focusOn(field) {
    return [...this.users.values()].filter((user) => user.id !== this.myId && user.focus?.field === field);
  }
  commentsOn(field) { return [...this.comments.values()].filter((comment) => (comment.field ?? '') === field); }

  #join(message) {
    const { quote } = message;
    this.joined = true;
    this.data = structuredClone(quote.quote_data ?? {});
    this.revision = message.revision;
    this.snapshotRevision = message.revision;
    this.#pathRevisions.clear();
    this.#premiumRevision = 0;
    this.premium = quote.premium ?? null;
    this.status = quote.status ?? '';
    this.review = quote.review ? reviewOf(quote.review) : NO_REVIEW;
    this.access = message.access ?? 'editor';
    this.leaseTtlMs = message.lease_ttl_ms ?? 15000;
    this.users = new Map((message.users ?? []).map((user) => [user.id, this.meet(user)]));
    this.locks = new Map(Object.entries(message.locked_fields ?? {}).map(([field, lock]) => [field, this.meet(lock.user)]));
    for (const early of this.#early.splice(0)) HANDLERS[early.type](this, early);
    return [{ what: 'snapshot' }];
  }

  meet(user) {
    if (user?.id && user.name) this.names.set(user.id, user.name);
    return user;
  }

  // Puts a value as of a revision. Whoever wrote this path, or one around it, later stands; so do newer values inside it.
  write(field, value, revision) {
    const newer = [];
    for (const [path, known] of this.#pathRevisions) {
      if (isInside(field, path) && known > revision) return false;
      if (!isInside(path, field)) continue;
      if (known > revision) newer.push([path, valueAt(this.data, path)]);
      else this.#pathRevisions.delete(path);
    }
    putAt(this.data, field, structuredClone(value));
    for (const [path, kept] of newer) putAt(this.data, path, kept);
    this.#pathRevisions.set(field, revision);
    this.revision = Math.max(this.revision, revision);
    return true;
  }

  isNews(message) { return message.revision > this.snapshotRevision; }

  rate(premium, revision) {
    if (!premium || revision < this.#premiumRevision) return false;
    this.#premiumRevision = revision;
    this.premium = premium;
    return true;
  }
}

const reviewOf = ({ by, name, at, timestamp, reason }) =>
  ({ by: by?.id ?? by, name: by?.name ?? name ?? '', at: at ?? timestamp, reason: reason ?? '' });
const usersOf = (message) => message.users ?? (message.user ? [message.user] : []);

const rated = (replica, message) =>
  (replica.rate(message.premium, message.revision) ? [{ what: 'premium', revision: message.revision }] : []);

const HANDLERS = {
  'field:updated': (replica, m) => {
    const kind = m.undo_of ? 'undo' : m.restored ? 'restore' : 'edit';
    // The answer to a request that was applied before is no event.
    if (m.replayed || !replica.isNews(m) || !replica.write(m.field, m.value, m.revision)) return [];
    return [{ what: 'field', field: m.field, by: m.updated_by, kind }];
  },
  'quote:patched': (replica, m) => {
    if (!replica.isNews(m)) return [];
    return changesOf(replica.data, m.quote_data)
      .filter(([field, value]) => replica.write(field, value, m.revision))
      .map(([field]) => ({ what: 'field', field, by: m.updated_by, kind: 'edit' }));
  },
  // What stands, as of a revision: the refusal repairs a replica that showed something else.
  'field:rejected': (replica, m) => {
    if (m.field === undefined || m.value === undefined || !(m.revision >= replica.snapshotRevision)) return [];
    return replica.write(m.field, m.value, m.revision) ? [{ what: 'field', field: m.field, kind: 'refusal' }] : [];
  },
  'field:locked': (replica, m) => {
    replica.locks.set(m.field, m.user ? replica.meet(m.user) : { id: replica.myId });
    return [{ what: 'locks', field: m.field }];
  },
  'field:unlocked': (replica, m) => {
    // Late news of an old lock says nothing of the one that another has taken since.
    if (m.user && replica.locks.get(m.field)?.id !== m.user.id) return [];
    replica.locks.delete(m.field);
    return [{ what: 'locks', field: m.field }];
  },
  'user:joined': (replica, m) => {
    for (const user of usersOf(m)) replica.users.set(user.id, { connections: 1, focus: null, ...replica.meet(user) });
    return [{ what: 'users' }];
  },
  'user:left': (replica, m) => {
    for (const user of usersOf(m)) replica.users.delete(user.id);
    return [{ what: 'users' }];
  },
  'cursor:moved': (replica, m) => {
    const user = replica.users.get(m.user_id);
    if (!user) return [];
    user.focus = m.position;
    return [{ what: 'users' }];
  },
  'session:review': (replica, m) => {
    if (!replica.isNews(m)) return [];
    replica.meet(m.by);
    replica.review = m.state === 'start' ? reviewOf(m) : NO_REVIEW;
    replica.revision = Math.max(replica.revision, m.revision);
    return [{ what: 'review' }];
  },
  'comment:list': (replica, m) => {
    for (const comment of m.comments) remember(replica, comment);
    return [{ what: 'comments' }];
  },
  'comment:added': (replica, m) => {
    remember(replica, m.comment);
    return [{ what: 'comments', field: m.comment.field }];
  },
  'comment:resolved': (replica, m) => {
    const comment = replica.comments.get(m.comment_id);
    if (!comment) return [];
    comment.resolved = m.resolved;
    return [{ what: 'comments', field: comment.field }];
  },
  'quote:updated': rated,
  'calculation:complete': rated,
};

const remember = (replica, comment) => {
  replica.meet(comment.author);
  replica.comments.set(comment.id, { ...comment });
};

// What must not be lost when it overtakes the snapshot.
const WAITS = new Set(['field:updated', 'quote:patched', 'session:review', 'comment:added', 'comment:resolved',
  'quote:updated', 'calculation:complete', 'field:locked', 'field:unlocked', 'user:joined', 'user:left']);
