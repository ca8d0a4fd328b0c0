/** A count with separators. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A count of things, with their name. */
export function plural(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? "" : "s"}`;
}

/** A time in seconds, with a unit that fits. */
export function time(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 120 ? `${seconds.toFixed(2)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A value between 0 and 1 with its interval, as a reader of a report writes it. */
export function interval(value: number | null, low: number | null, high: number | null, digits = 3): string {
  if (value === null) return "unknown";
  const range = low === null || high === null ? "" : ` [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
  return value.toFixed(digits) + range;
}

/** A probability from a log-probability in nats. */
export function probability(logprob: number): string {
  const value = Math.exp(logprob);
  return value >= 0.9995 ? "1.00" : value >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}

/** A cost in US dollars. */
export function dollars(value: number): string {
  return `$${value < 0.01 ? value.toFixed(5) : value.toFixed(3)}`;
}
