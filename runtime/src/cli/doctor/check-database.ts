import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { storeMigrations } from '../../store/migrations/index.ts'
import { CHECK_TIMEOUT_MS } from '../limits.ts'
import { type Check, failed, ok, warning } from './check.ts'

const RESTORE = 'Restore it from a backup, or move it away to start empty.'

export const checkDatabase: Check = {
  name: 'Database',
  async run({ config: { database } }) {
    if (database.startsWith('sqlite:')) return checkSqlite(database.slice('sqlite:'.length))
    const { hostname, port } = new URL(database)
    const answers = await answersTcp(hostname, port === '' ? 5432 : Number(port))
    const where = `PostgreSQL at ${hostname}:${port === '' ? 5432 : port}`
    if (answers) return ok(`${where} answers; its schema is brought up to date at every start`)
    return failed(`${where} does not answer`, 'Start the database, or mend NEXUS_DATABASE_URL.')
  },
}

/** Opened for reading only: looking must not create, repair or migrate anything. */
function checkSqlite(path: string) {
  if (path === ':memory:') return warning('in memory', 'Nothing survives a restart. Set NEXUS_DATABASE_URL to a file.')
  if (!existsSync(path)) return ok(`${path} does not exist yet; the first start makes it`)
  let applied: ReadonlySet<string>
  try {
    using database = new DatabaseSync(path, { readOnly: true })
    const { quick_check: verdict } = database.prepare('PRAGMA quick_check(1)').get() ?? {}
    if (verdict !== 'ok') return failed(`${path} is damaged: ${String(verdict)}`, RESTORE)
    applied = new Set(
      database
        .prepare('SELECT name FROM migrations')
        .all()
        .map(({ name }) => String(name)),
    )
  } catch (error) {
    return failed(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, RESTORE)
  }
  const expected = new Set(storeMigrations.map((migration) => migration.name))
  const unknown = [...applied].filter((name) => !expected.has(name))
  if (unknown.length > 0)
    return failed(
      `${path} was written by a newer Nexus (${unknown.join(', ')})`,
      'Start the version of Nexus that wrote it.',
    )
  const missing = [...expected].filter((name) => !applied.has(name))
  if (missing.length > 0)
    return warning(
      `${path} is ${missing.length} migrations behind`,
      'The next start brings it up to date; make a backup first.',
    )
  return ok(`${path}, intact and up to date`)
}

async function answersTcp(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host, port, timeout: CHECK_TIMEOUT_MS })
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('timeout', () => resolve(false))
  const answers = await promise
  socket.destroy()
  return answers
}
