import { LINES_PER_MS, LOG_INSTALLATIONS, LOG_LINES, LOG_LINE_CHARACTERS } from './limits.ts'

/** One line that a plugin wrote, or that the host wrote about it. */
export interface LogLine {
  /** Counts up over all lines of the host: where to go on reading. Starts with the host's start time, so that it also counts up over restarts. */
  readonly sequence: number
  readonly at: Date
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** The last lines of each installation, for people who look at it. In memory only. */
export interface PluginLog {
  write(installationId: string, level: LogLine['level'], message: string): void
  /** Oldest first. */
  lines(installationId: string): readonly LogLine[]
  /** Tells every line of the installation from now on, until disposed. The listener must not throw. */
  follow(installationId: string, listener: (line: LogLine) => void): Disposable
  forget(installationId: string): void
}

export function createPluginLog(now: () => Date = () => new Date()): PluginLog {
  const logs = new Map<string, LogLine[]>()
  const followers = new Map<string, Set<(line: LogLine) => void>>()
  let sequence = now().getTime() * LINES_PER_MS
  return {
    write(installationId, level, message) {
      const lines = logs.get(installationId) ?? []
      sequence += 1
      const line = { sequence, at: now(), level, message: message.slice(0, LOG_LINE_CHARACTERS) }
      lines.push(line)
      if (lines.length > LOG_LINES) lines.shift()
      // Setting it anew moves it to the end: the first key is the one that wrote least recently.
      logs.delete(installationId)
      logs.set(installationId, lines)
      const oldest = logs.keys().next().value
      if (logs.size > LOG_INSTALLATIONS && oldest !== undefined) logs.delete(oldest)
      for (const listener of followers.get(installationId) ?? []) listener(line)
    },
    follow(installationId, listener) {
      const listeners = followers.get(installationId) ?? new Set()
      followers.set(installationId, listeners.add(listener))
      return {
        [Symbol.dispose]() {
          listeners.delete(listener)
          if (listeners.size === 0 && followers.get(installationId) === listeners) followers.delete(installationId)
        },
      }
    },
    lines: (installationId) => [...(logs.get(installationId) ?? [])],
    forget: (installationId) => void logs.delete(installationId),
  }
}
