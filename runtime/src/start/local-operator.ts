import { randomBytes, timingSafeEqual } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { identityError } from '../identity/errors.ts'
import { PERMISSIONS, type Principal } from '../identity/principal.ts'
import type { Store } from '../store/store.ts'

const PREFIX = 'nxo_'

/** The person at the machine: whoever may read the data folder may run the command line without signing in. */
export interface LocalOperator extends AsyncDisposable {
  /**
   * The operator, when the `Authorization` header holds this start's token; acts for the first admin once there is one.
   * Fails with `IDENTITY_FORBIDDEN` when the workspace asked for does not exist: never in another one instead.
   */
  principal(
    authorization: string | undefined,
    use?: { readonly workspace?: string | undefined },
  ): Promise<Principal | undefined>
  /** The same for a request of an MCP client: `nexus connect` on this machine needs no other token. */
  atGateway(headers: IncomingHttpHeaders): Promise<Principal | undefined>
}

/** Where this host's releases come from, for the command line to publish to. */
interface RegistryFacts {
  readonly url: string
  /** Present when the registry runs in this host; the token itself stays in its own file. */
  readonly adminToken: string | undefined
}

/**
 * Writes `<data>/cli.json` (mode 0600) with the addresses of host and registry and a token that lives as long as this
 * process. `workspaceId` is where the operator acts when no workspace is asked for.
 */
export async function openLocalOperator(
  dataDir: string,
  url: string,
  workspaceId: string,
  store: Pick<Store, 'memberships' | 'workspaces'>,
  registry?: RegistryFacts,
): Promise<LocalOperator> {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`
  const path = join(dataDir, 'cli.json')
  {
    await using file = await open(`${path}.new`, 'w', 0o600)
    await file.writeFile(
      JSON.stringify({
        url,
        token,
        ...(registry !== undefined && {
          registryUrl: registry.url,
          registryEmbedded: registry.adminToken !== undefined,
        }),
      }),
    )
  }
  await rename(`${path}.new`, path)
  const expected = Buffer.from(token)
  const principal: LocalOperator['principal'] = async (authorization, use) => {
    const given = Buffer.from(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    const workspace = use?.workspace === undefined ? workspaceId : await requireWorkspace(store, use.workspace)
    const admin = (await store.memberships.ofWorkspace('*')).find(({ role }) => role === 'admin')
    return {
      id: 'operator',
      userId: admin?.userId,
      tokenId: undefined,
      displayName: 'Local operator',
      workspaceId: workspace,
      roles: ['admin'],
      permissions: new Set(PERMISSIONS),
    }
  }
  return {
    principal,
    async atGateway({ authorization, 'x-nexus-workspace': workspace }) {
      // Most requests carry other tokens; theirs are not compared at all.
      if (authorization?.startsWith(`Bearer ${PREFIX}`) !== true) return undefined
      return principal(authorization, typeof workspace === 'string' ? { workspace } : {})
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { force: true })
    },
  }
}

async function requireWorkspace(store: Pick<Store, 'workspaces'>, name: string): Promise<string> {
  const workspace = await store.workspaces.byName(name)
  if (workspace !== undefined) return workspace.id
  throw identityError(
    'IDENTITY_FORBIDDEN',
    `Expected a workspace of this host, found none named ${JSON.stringify(name)}. Without a name the command acts in the first one.`,
  )
}
