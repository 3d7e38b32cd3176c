import type { OwnSecretView, SecretView } from '../../contract/index.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { SecretFacts } from '../../secrets/index.ts'
import type { HttpPorts, InstallationFacts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

export function secretRoutes({ secrets, installer }: Pick<HttpPorts, 'secrets' | 'installer'>): readonly ServedRoute[] {
  return [
    serveRoute('secrets', async ({ principal }) => {
      const [found, installed] = await Promise.all([
        secrets.list(principal.workspaceId),
        installer.list(principal.workspaceId),
      ])
      return { items: found.map((secret) => secretView(secret, installed)) }
    }),
    serveRoute('putSecret', async ({ params, body, principal, requestId }) => {
      const secret = await secrets.put(principal, params.name, body.value, requestId)
      return secretView(secret, await installer.list(principal.workspaceId))
    }),
    serveRoute('removeSecret', async ({ params, principal, requestId }) => {
      if (await secrets.remove(principal, params.name, requestId)) return
      throw httpError('HTTP_NOT_FOUND', 'Expected a secret of this workspace, found none of that name.')
    }),
    serveRoute('ownSecrets', async ({ principal }) => ({
      items: (await secrets.listOwn(principal)).map(ownSecretView),
    })),
    serveRoute('putOwnSecret', async ({ params, body, principal, requestId }) =>
      ownSecretView(await secrets.putOwn(principal, params.name, body.value, requestId)),
    ),
    serveRoute('removeOwnSecret', async ({ params, principal, requestId }) => {
      if (await secrets.removeOwn(principal, params.name, requestId)) return
      throw httpError('HTTP_NOT_FOUND', 'Expected a secret of your own, found none of that name.')
    }),
  ]
}

function ownSecretView({ name, version, updatedAt }: SecretFacts): OwnSecretView {
  return { name, version, updatedAt: updatedAt.toISOString() }
}

function secretView({ name, version, updatedAt }: SecretFacts, installed: readonly InstallationFacts[]): SecretView {
  const usedBy = installed.filter((facts) => usesSecret(facts, name)).map(({ row }) => row.pluginId)
  return { name, version, updatedAt: updatedAt.toISOString(), usedBy: [...new Set(usedBy)] }
}

function usesSecret({ row }: InstallationFacts, name: string): boolean {
  return Object.entries(row.manifest.config).some(([field, { type }]) => {
    const value = row.config[field]
    if (type === 'secret') return value === name
    return type === 'secrets' && typeof value === 'object' && Object.values(value).includes(name)
  })
}
