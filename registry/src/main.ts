// First: it must come before whatever grows the heap.
import './small-nursery.ts' // oxlint-disable-line import/no-unassigned-import -- it is there for what it does
import { readConfig } from './config.ts'
import { createJsonLogger, openRegistry } from './index.ts'

// The registry as a process of its own.
const logger = createJsonLogger()
try {
  const registry = await openRegistry({ ...readConfig(process.env), logger })
  logger.info({ url: registry.url }, 'The registry listens.')
  const stop = () => {
    registry.close().then(
      () => logger.info({}, 'The registry is closed.'),
      (error: unknown) => fail(error),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  fail(error)
}

function fail(error: unknown): void {
  logger.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'The registry could not run.')
  process.exitCode = 1
}
