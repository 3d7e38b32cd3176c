import { cut } from './guest-error.ts'
import { freeze, toJson } from './primordials.ts'
import { type Post, posts } from './wire.ts'

const LINE_CHARACTERS = 4096
const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number]
export type WriteLog = (level: LogLevel, message: unknown, fields?: unknown) => void

/** One line to the host, which cuts, masks and counts it again. Never throws: logging must not change what code does. */
export function createWriteLog(post: Post): WriteLog {
  return (level, message, fields) => {
    try {
      const line = {
        level,
        message: cut(typeof message === 'string' ? message : inspect(message), LINE_CHARACTERS),
        fields,
      }
      let text = toJson(line)
      if (text.length > 2 * LINE_CHARACTERS) text = toJson({ level, message: line.message })
      post(posts.log, 0, level, text)
    } catch {
      // Fields that cannot be written as JSON: the line itself is worth more than the error.
      post(posts.log, 0, level, toJson({ level, message: 'A log line could not be written as JSON.' }))
    }
  }
}

/** A value as text for people. */
export function inspect(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Error) return typeof value.stack === 'string' ? value.stack : 'Error'
    return toJson(value) ?? 'undefined'
  }
  return String(value)
}

export function createLogger(write: WriteLog): object {
  return freeze(
    Object.fromEntries(
      levels.map((level) => [level, (message: unknown, fields?: unknown) => write(level, message, fields)]),
    ),
  )
}

/** `console` writes to the plugin's log: `log` and `info` as info, `trace` as debug. */
export function createConsole(write: WriteLog): object {
  const line =
    (level: LogLevel) =>
    (...args: readonly unknown[]) => {
      try {
        write(level, args.map(inspect).join(' '))
      } catch {
        // A value that fights being printed must not break the code that prints it.
        write(level, 'A value could not be printed.')
      }
    }
  return freeze({
    debug: line('debug'),
    trace: line('debug'),
    log: line('info'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  })
}
