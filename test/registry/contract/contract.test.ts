import { readFile, readdir } from 'node:fs/promises'
import { registryRoutes } from '@nexus/registry/contract'
import { describe, expect, it } from 'vitest'

const folder = new URL('../../../registry/src/contract/', import.meta.url)

describe('registry contract [R1][O4]', () => {
  it('runs in a browser: zod and the plugin contract only', async () => {
    const names = await readdir(folder, { recursive: true })
    for (const name of names.filter((path) => path.endsWith('.ts'))) {
      const text = await readFile(new URL(name, folder), 'utf8')
      for (const [, source] of text.matchAll(/from '([^']+)'/g))
        expect(source).toMatch(/^(?:zod|@nexus\/plugin-api|(?:\.\.?\/)(?:[a-z-]+\/)?[a-z-]+\.ts)$/)
    }
  })

  it('pins every route: method, path, who may', () => {
    expect(
      Object.entries(registryRoutes).map(([name, { method, path, access }]) => `${name}: ${access} ${method} ${path}`),
    ).toEqual([
      'health: public GET /api/v1/health',
      'trustRoot: public GET /api/v1/trust-root',
      'search: public GET /api/v1/plugins',
      'plugin: public GET /api/v1/plugins/:publisher/:name',
      'resolve: public GET /api/v1/plugins/:publisher/:name/resolve',
      'release: public GET /api/v1/plugins/:publisher/:name/versions/:version',
      'blob: public GET /api/v1/blobs/:digest',
      'upload: publish POST /api/v1/uploads',
      'publish: publish POST /api/v1/plugins/:publisher/:name/versions',
      'yank: yank PUT /api/v1/plugins/:publisher/:name/versions/:version/yank',
      'unyank: yank DELETE /api/v1/plugins/:publisher/:name/versions/:version/yank',
      'publisher: public GET /api/v1/publishers/:publisher',
      'createPublisher: admin POST /api/v1/publishers',
      'addKey: admin POST /api/v1/publishers/:publisher/keys',
      'revokeKey: admin DELETE /api/v1/publishers/:publisher/keys/:keyId',
      'createToken: admin POST /api/v1/publishers/:publisher/tokens',
      'revokeToken: admin DELETE /api/v1/publishers/:publisher/tokens/:tokenId',
    ])
  })
})
