/** The five fields of a cron expression and the numbers each may hold. Weekdays: 0 and 7 are Sunday. */
const FIELDS = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of the week', least: 0, most: 7 },
] as const

const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/**
 * What is wrong with a cron expression; `undefined` when it holds and its time comes at all (not `0 0 31 2 *`).
 * Five fields of numbers, `*`, ranges, steps and lists; no names, no seconds, no macros. Source: crontab(5).
 */
export function cronIssue(expression: string): string | undefined {
  const texts = expression.split(' ')
  if (texts.length !== FIELDS.length) return 'Expected five fields: minute, hour, day, month and day of the week.'
  const values: (readonly number[])[] = []
  for (const [index, field] of FIELDS.entries()) {
    const read = readField(texts[index] ?? '', field)
    if (typeof read === 'string') return read
    values.push(read)
  }
  const [, , days = [], months = []] = values
  // A day of the week that is named too makes its own dates, so every month has some.
  const comes = texts[4] !== '*' || months.some((month) => days.some((day) => day <= (DAYS[month - 1] ?? 0)))
  return comes ? undefined : 'Expected a date that some year has, found none that ever comes.'
}

/** What is wrong with an IANA time zone; `undefined` when this machine knows it. */
export function timeZoneIssue(timeZone: string): string | undefined {
  try {
    return Intl.DateTimeFormat('en', { timeZone }) && undefined
  } catch {
    // A RangeError is how ECMA-402 says that it knows no such zone.
    return `Expected an IANA time zone such as \`Europe/Berlin\`, found \`${timeZone.slice(0, 60)}\`.`
  }
}

function readField(text: string, field: (typeof FIELDS)[number]): readonly number[] | string {
  const wrong = `Expected ${field.name} as numbers from ${field.least} to ${field.most}, \`*\`, ranges, steps or lists, found \`${text.slice(0, 40)}\`.`
  const values: number[] = []
  for (const part of text.split(',')) {
    const match = PART.exec(part)
    if (match === null) return wrong
    const [, from, to, step] = match
    // A step without a range (`5/15`) means different things to different readers.
    if (step !== undefined && from !== undefined && to === undefined) return wrong
    const first = from === undefined ? field.least : Number(from)
    const last = to === undefined ? (from === undefined ? field.most : first) : Number(to)
    if (first < field.least || last > field.most || first > last) return wrong
    for (let value = first; value <= last; value += Number(step ?? 1)) values.push(value)
  }
  return values
}
