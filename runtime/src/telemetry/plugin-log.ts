import { LOG_INSTALLATIONS, LOG_LINES, LOG_LINE_CHARACTERS } from './limits.ts'

/** One line that a plugin wrote, or that the host wrote about it. */
export interface LogLine {
  readonly at: Date
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** The last lines of each installation, for people who look at it. In memory only. */
export interface PluginLog {
  write(installationId: string, level: LogLine['level'], message: string): void
  /** Oldest first. */
  lines(installationId: string): readonly LogLine[]
  forget(installationId: string): void
}

export function createPluginLog(now: () => Date = () => new Date()): PluginLog {
  const logs = new Map<string, LogLine[]>()
  return {
    write(installationId, level, message) {
      const lines = logs.get(installationId) ?? []
      lines.push({ at: now(), level, message: message.slice(0, LOG_LINE_CHARACTERS) })
      if (lines.length > LOG_LINES) lines.shift()
      // Setting it anew moves it to the end: the first key is the one that wrote least recently.
      logs.delete(installationId)
      logs.set(installationId, lines)
      const oldest = logs.keys().next().value
      if (logs.size > LOG_INSTALLATIONS && oldest !== undefined) logs.delete(oldest)
    },
    lines: (installationId) => [...(logs.get(installationId) ?? [])],
    forget: (installationId) => void logs.delete(installationId),
  }
}
