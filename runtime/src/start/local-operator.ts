import { randomBytes, timingSafeEqual } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PERMISSIONS, type Principal } from '../identity/principal.ts'
import type { Store } from '../store/store.ts'

/** The person at the machine: whoever may read the data folder may run the command line without signing in. */
export interface LocalOperator extends AsyncDisposable {
  /** The operator, when the `Authorization` header holds this start's token; acts for the first admin once there is one. */
  principal(authorization: string | undefined): Promise<Principal | undefined>
}

/** Writes `<data>/cli.json` (mode 0600) with the host's address and a token that lives as long as this process. */
export async function openLocalOperator(dataDir: string, url: string, workspaceId: string, store: Pick<Store, 'memberships' | 'users'>): Promise<LocalOperator> {
  const token = `nxo_${randomBytes(32).toString('base64url')}`
  const path = join(dataDir, 'cli.json')
  {
    await using file = await open(`${path}.new`, 'w', 0o600)
    await file.writeFile(JSON.stringify({ url, token }))
  }
  await rename(`${path}.new`, path)
  const expected = Buffer.from(token)
  return {
    async principal(authorization) {
      const given = Buffer.from(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '')
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      const admin = (await store.memberships.ofWorkspace('*')).find(({ role }) => role === 'admin')
      return {
        id: 'operator',
        userId: admin?.userId,
        tokenId: undefined,
        displayName: 'Local operator',
        workspaceId,
        roles: ['admin'],
        permissions: new Set(PERMISSIONS),
      }
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true })
    },
  }
}
