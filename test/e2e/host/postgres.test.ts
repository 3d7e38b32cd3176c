import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startTestHost } from '../../helpers/host.ts'
import { postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'

describe.skipIf(!postgresAvailable())(`a host on PostgreSQL [O8] (${skippedWithoutPostgres} when absent)`, () => {
  it('starts, installs, and finds everything after a restart', async () => {
    await using postgres = await startPostgres()
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-postgres-'))
    const env = {
      NEXUS_DATABASE_URL: await postgres.createDatabase(),
      NEXUS_REGISTRY_DATABASE_URL: await postgres.createDatabase(),
    }
    const first = await startTestHost({ dataDir, env })
    const installation = await first.install('nexus/redact')
    expect(await first.stop()).toBe(0)
    const second = await startTestHost({ dataDir, env })
    expect((await second.api('GET', `/api/v1/installations/${installation}`)).body.state).toBe('active')
    expect((await second.api('GET', '/api/v1/audit?action=plugin.installed')).body.items).toHaveLength(1)
    expect((await second.api('GET', '/api/v1/marketplace')).body.total).toBe(5)
    expect(await second.stop()).toBe(0)
    await rm(dataDir, { recursive: true, force: true })
  })
})
