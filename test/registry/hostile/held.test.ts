import { verifyAdmission } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'
import { signedPlugin } from '../fixtures.ts'
import { type Registry, registryKeyOf } from './world.ts'

let registry: Registry
beforeAll(async () => {
  registry = await openTestRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

const release = (version: string) => registry.send('GET', `/api/v1/plugins/acme/weather/versions/${version}`)

const clean = `export default { activate(context) {
  context.tools.handle('get_forecast', () => context.network.fetch('https://api.weather.test/').then((r) => r.body))
} }
`

describe('static checks at publish [R3][R8]', () => {
  it('shows and countersigns that nothing was found', async () => {
    const files = { 'dist/index.js': clean, LICENSE: 'MIT' }
    const plugin = await signedPlugin(registry.key, { files })
    expect((await registry.publish(plugin)).status).toBe(201)
    const { body } = await release('1.0.0')
    expect(Object(body).scan).toEqual({ verdict: 'passed', findings: [] })
    const { keyId, publicKey } = await registryKeyOf(registry)
    const subject = { id: 'acme/weather', version: '1.0.0', bundleDigest: plugin.digests.bundle }
    const keys = [{ keyId, publicKey, validFrom: '2020-01-01T00:00:00.000Z' }]
    const { predicate } = verifyAdmission(subject, plugin.signature, Object(body).signatures.admission, keys)
    expect(predicate.scan).toEqual({ verdict: 'passed', findings: 0 })
  })

  it('admits a release with warnings, and says what they are', async () => {
    const plugin = await signedPlugin(registry.key, { manifest: { version: '1.1.0' } })
    expect((await registry.publish(plugin)).status).toBe(201)
    const { scan } = Object((await release('1.1.0')).body)
    expect(scan.verdict).toBe('flagged')
    expect(scan.findings).toContainEqual(
      expect.objectContaining({ code: 'PERMISSION_UNUSED', severity: 'warning', file: 'nexus.plugin.json' }),
    )
  })

  it('holds a release with errors until a moderator decides, and shows them ever after', async () => {
    const files = { 'dist/index.js': `${clean}eval('1')\n`, LICENSE: 'MIT' }
    const plugin = await signedPlugin(registry.key, { manifest: { version: '1.2.0' }, files })
    const answer = await registry.publish(plugin)
    expect(answer).toMatchObject({ status: 409, body: { code: 'RELEASE_HELD' } })
    expect(Object(answer.body).detail).toContain('CODE_EVAL in dist/index.js:4')
    expect((await release('1.2.0')).status).toBe(404)
    const { stagedId } = Object(answer.body).details ?? Object(answer.body)
    const approved = await registry.send('POST', `/api/v1/staged/${stagedId}/approval`, { token: ADMIN_TOKEN })
    expect(approved.status).toBeLessThan(300)
    expect(Object((await release('1.2.0')).body).scan).toMatchObject({
      verdict: 'held',
      findings: [{ code: 'CODE_EVAL', file: 'dist/index.js', line: 4 }],
    })
  })
})
