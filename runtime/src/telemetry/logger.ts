import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino'

export type { Logger } from 'pino'

/** Members that are blanked out wherever they stand in the first three levels of a log entry. Not a substitute for care. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'value',
  'privateKey',
] as const

const redactPaths = SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat(
  ['set-cookie'].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
)

interface LoggerOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Where lines go; standard error unless told: standard output belongs to the command's own answer. */
  readonly destination?: DestinationStream
}

/** The host's structured log: one JSON object a line. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactPaths, censor: '[redacted]' },
    },
    options.destination ?? pino.destination(2),
  )
}
