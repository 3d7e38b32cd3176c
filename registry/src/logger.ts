/** Where the registry reports what happens. A pino logger fits. */
export interface RegistryLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** One JSON line per event on standard error, for the registry as a process of its own. */
export function createJsonLogger(): RegistryLogger {
  return { info: writer('info'), warn: writer('warn'), error: writer('error') }
}

function writer(level: string): RegistryLogger['info'] {
  return (fields, message) => {
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`)
  }
}

export const SILENT_LOGGER: RegistryLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }
