// Numbers as people read them; what has no value is a dash. Amounts come as texts and are never made a floating number.
const NONE = '–';
const missing = (value) => value === null || value === undefined;
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const count = (value) => (missing(value) ? NONE : whole.format(value));
export const ratio = (value) => (missing(value) ? NONE : percent.format(value));
export const decimal = (value, digits) => (missing(value) ? NONE : Number(value).toFixed(digits));

// Intl reads a decimal text exactly.
export function amount(text, currency) {
  if (missing(text)) return NONE;
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: currency || 'USD' }).format(text);
}

export function duration(seconds) {
  if (missing(seconds)) return NONE;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} days`;
}
