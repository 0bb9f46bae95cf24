type Field = (value: number) => boolean;

const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

function fieldOf(text: string): Field {
  const parts = text.split(",").map((part): Field => {
    const [whole, from, to, step = "1"] = PART.exec(part) ?? [];
    if (whole === undefined || Number(step) === 0) throw new Error(`not understood in a cron expression: ${part}`);
    const first = Number(from ?? 0);
    // A number alone is itself; with a step it is where the steps begin.
    const last = to === undefined ? (from === undefined || part.includes("/") ? Infinity : first) : Number(to);
    return (value) => value >= first && value <= last && (value - first) % Number(step) === 0;
  });
  return (value) => parts.some((fits) => fits(value));
}

/**
 * Whether the minute is one of those that a cron trigger names, in UTC. Days of the week are refused: the platform counts
 * them from another day than everybody else.
 */
export function cronTimes(expression: string): (at: Date) => boolean {
  const [minute, hour, day, month, weekday, ...more] = expression.trim().split(/\s+/);
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || more.length > 0)
    throw new Error(`not a cron expression: ${expression}`);
  if (weekday !== "*") throw new Error(`days of the week are not understood here: ${expression}`);
  const [isMinute, isHour, isDay, isMonth] = [fieldOf(minute), fieldOf(hour), fieldOf(day), fieldOf(month)];
  return (at) =>
    isMinute(at.getUTCMinutes()) && isHour(at.getUTCHours()) && isDay(at.getUTCDate()) && isMonth(at.getUTCMonth() + 1);
}
