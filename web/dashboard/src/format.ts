/** Numbers, times and names as people read them. */

const whole = new Intl.NumberFormat("en");
const decimal = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hundredths = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const DAY_MS = 86_400_000;

export function count(value: number): string {
  return whole.format(value);
}

export function score(value: number): string {
  return decimal.format(value);
}

/** A score of which the second decimal matters. */
export function decimals(value: number): string {
  return hundredths.format(value);
}

export function percent(value: number): string {
  return `${decimal.format(value * 100)}%`;
}

/** The time of day; of another day, the date. */
export function when(instant: string): string {
  const at = new Date(instant);
  return Date.now() - at.getTime() < DAY_MS / 2 || isToday(at) ? clock.format(at) : day.format(at);
}

export function fully(instant: string | number): string {
  return full.format(new Date(instant));
}

function isToday(at: Date): boolean {
  return at.toDateString() === new Date().toDateString();
}

/** An alias as long as it takes to tell a few thousand users apart. */
export function short(alias: string): string {
  return alias.length > 14 ? alias.slice(0, 12) : alias;
}

/** `MORE_LIKE_THIS` as `More like this`. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
