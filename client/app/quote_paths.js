// Paths inside quote_data: `aoi`, `vehicles/V1/coverages/COLL`; elements of arrays are named by their id. Pure functions.
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const idOf = (element) => (isObject(element) && ['string', 'number'].includes(typeof element.id) ? String(element.id) : null);
const isKeyed = (value) => Array.isArray(value) && value.length > 0 && value.every((element) => idOf(element) !== null);
const below = (path, name) => (path ? `${path}/${name}` : name);

const child = (at, segment) => {
  if (Array.isArray(at)) return at.find((element) => idOf(element) === segment);
  return isObject(at) && Object.hasOwn(at, segment) ? at[segment] : undefined;
};

// The value at a path; null when nothing stands there.
export function valueAt(data, path) {
  return path.split('/').reduce(child, data) ?? null;
}

const putElement = (array, id, value) => {
  const index = array.findIndex((element) => idOf(element) === id);
  if (value === null) return index < 0 ? undefined : array.splice(index, 1);
  return index < 0 ? array.push(value) : array.splice(index, 1, value);
};

// Puts a value at a path, making what is missing on the way; null removes.
export function putAt(data, path, value) {
  const segments = path.split('/');
  if (segments.includes('__proto__')) return;   // an assignment to it would be none to a member
  const last = segments.pop();
  let at = data;
  for (const segment of segments) {
    let next = child(at, segment);
    if (next === null || typeof next !== 'object') {
      if (value === null) return;
      next = Array.isArray(at) ? { id: segment } : {};
      if (Array.isArray(at)) putElement(at, segment, next); else at[segment] = next;
    }
    at = next;
  }
  if (Array.isArray(at)) putElement(at, last, value);
  else if (value === null) delete at[last];
  else at[last] = value;
}

// One path contains the other, or they are the same.
export const overlaps = (a, b) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
export const isInside = (path, outer) => path === outer || path.startsWith(`${outer}/`);

const withoutNulls = (value) => {
  if (isKeyed(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, withoutNulls(v)]));
};

// What a merge patch does to the data, as [path, value] pairs; arrays of objects with id merge by id.
export function changesOf(data, patch, path = '') {
  return Object.entries(patch).flatMap(([name, value]) => changesOfValue(child(data, name), value, below(path, name)));
}

function changesOfValue(stands, value, path) {
  if (value === null) return [[path, null]];
  if (isObject(value) && (isObject(stands) || (stands === undefined && Object.keys(value).length > 0)))
    return changesOf(stands ?? {}, value, path);
  if (isKeyed(value) && isKeyed(stands)) return value.flatMap((element) => changesOfElement(stands, element, path));
  return [[path, withoutNulls(value)]];
}

function changesOfElement(stands, element, path) {
  const id = idOf(element);
  const known = child(stands, id);
  return known ? changesOf(known, element, below(path, id)) : [[below(path, id), withoutNulls(element)]];
}
