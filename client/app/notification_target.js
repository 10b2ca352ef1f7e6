// Where a notification leads: its `action` is text or an object of whoever sent it. Pure: {quote}, {link} or null.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// Only pages: an address of another scheme could run something.
export function targetOf(action, here) {
  if (UUID.test(action?.quote_id ?? '')) return { quote: action.quote_id };
  if (typeof action !== 'string' || !/^(https?:\/\/|\/)/i.test(action)) return null;
  try {
    const { protocol, href } = new URL(action, here);
    return ['http:', 'https:'].includes(protocol) ? { link: href } : null;
  } catch {
    return null;
  }
}
