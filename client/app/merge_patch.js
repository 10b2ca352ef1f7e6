// JSON Merge Patch (RFC 7396). Pure: what it is given stays as it is, what did not change is shared.
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

export function mergePatch(stands, patch) {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(stands) ? Object.entries(stands) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
