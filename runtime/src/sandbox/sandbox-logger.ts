/** Where the sandbox room reports what an operator should know; pino's logger fits. */
export interface SandboxLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}
