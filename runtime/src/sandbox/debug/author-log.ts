import type { MappedSource, StackMapper } from './stack-mapper.ts'

type Level = 'debug' | 'info' | 'warn' | 'error'

export interface AuthorLogParts {
  readonly mapper: StackMapper
  /** The code that an installation runs; `undefined` when it is not known. */
  sourceOf(installationId: string): MappedSource | undefined
  write(installationId: string, level: Level, message: string): void
}

/** Lines of one installation that wait for a stack to be mapped; more are written at once. */
const MAX_WAITING_LINES = 200

/** Writes what plugins log, with stacks in the lines of their authors' files, in the order in which it came. */
export interface AuthorLog {
  write(installationId: string, level: Level, message: string, source?: MappedSource): void
}

export function createAuthorLog({ mapper, sourceOf, write }: AuthorLogParts): AuthorLog {
  const queues = new Map<string, { count: number; tail: Promise<void> }>()
  return {
    write(installationId, level, message, source = sourceOf(installationId)) {
      const queue = queues.get(installationId)
      const hasFrames = source !== undefined && mapper.hasFrames(message, source.file)
      if ((!hasFrames && queue === undefined) || (queue?.count ?? 0) >= MAX_WAITING_LINES) {
        write(installationId, level, message)
        return
      }
      const own = queue ?? { count: 0, tail: Promise.resolve() }
      queues.set(installationId, own)
      own.count += 1
      own.tail = own.tail.then(async () => {
        write(installationId, level, hasFrames ? await mapper.map(message, source) : message)
        own.count -= 1
        if (own.count === 0) queues.delete(installationId)
      })
    },
  }
}
