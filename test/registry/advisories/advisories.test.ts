import { registryRoutes } from '@nexus/registry/contract'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bulkAdvisories } from '../../../registry/src/advisories/bulk-advisories.ts'
import { cvssScore } from '../../../registry/src/advisories/cvss-score.ts'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'

const WORDS = {
  range: '>=1.0.0 <1.2.3',
  severity: 'high',
  title: 'Path traversal in get_forecast',
  text: 'A name with dots reads files.\n\nUpdate.',
  fixedVersion: '1.2.3',
  aliases: ['CVE-2026-12345'],
  cwe: ['CWE-22'],
  cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
}

describe('advisories [R8]', () => {
  let registry: Awaited<ReturnType<typeof openTestRegistry>>
  let owner: string
  beforeAll(async () => {
    registry = await openTestRegistry()
    await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/leaky' } }))
    const created = await registry.send('POST', '/api/v1/publishers/acme/tokens', {
      token: ADMIN_TOKEN,
      json: { name: 'owner', scopes: ['manage'] },
    })
    owner = String(Object(created.body).token)
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  const publish = (change: object = {}, token = owner) =>
    registry.send('POST', '/api/v1/plugins/acme/leaky/advisories', { token, json: { ...WORDS, ...change } })
  const published = async (change: object = {}) => {
    const answer = await publish(change)
    expect(answer.status).toBe(201)
    return registryRoutes.advisory.response.parse(answer.body)
  }

  it('are published by an owner, numbered, readable by everybody, and in the log', async () => {
    const advisory = await published()
    expect(advisory).toMatchObject({
      package: '@acme/leaky',
      plugin: 'acme/leaky',
      severity: 'high',
      fixedVersion: '1.2.3',
    })
    expect(advisory.id).toMatch(/^NXSA-\d{4}-\d{4}$/)
    const read = await registry.send('GET', `/api/v1/advisories/${advisory.id}`)
    expect(read.body).toEqual(advisory)
    const log = JSON.stringify((await registry.send('GET', '/api/v1/log/entries?start=0&limit=100')).body)
    expect(log).toContain('advisory.published')
    expect(log).toContain(advisory.id)
  })

  it('get numbers of their own when several come at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((number) => publish({ title: `Number ${number}` })))
    expect(new Set(answers.map(({ body }) => Object(body).id)).size).toBe(4)
  })

  it('are refused from those who do not own the plugin, about nothing, and with a range that cannot be', async () => {
    const rival = await registry.createPublisher('rival', generateKeyPair().publicKey, ['manage'])
    expect((await publish({}, rival)).body).toMatchObject({ code: 'FORBIDDEN' })
    expect((await publish({ range: 'soon' })).body).toMatchObject({ code: 'ADVISORY_RANGE', status: 422 })
    expect((await publish({ fixedVersion: '1.1.0' })).body).toMatchObject({ code: 'ADVISORY_RANGE' })
    expect((await publish({ text: '<img src=x>' })).body).toMatchObject({ code: 'REQUEST_INVALID' })
    const nothing = await registry.send('POST', '/api/v1/plugins/acme/nothing/advisories', {
      token: owner,
      json: WORDS,
    })
    expect(nothing.body).toMatchObject({ code: 'PLUGIN_NOT_FOUND' })
    expect((await registry.send('GET', '/api/v1/advisories/NXSA-2026-9999')).body).toMatchObject({
      code: 'ADVISORY_NOT_FOUND',
    })
  })

  it('may be said anew and withdrawn; a copy hears of both, others no longer of a withdrawn one', async () => {
    const advisory = await published({ title: 'Not quite' })
    const since = new Date().toISOString()
    const changed = await registry.send('PUT', `/api/v1/advisories/${advisory.id}`, {
      token: owner,
      json: { ...WORDS, severity: 'low' },
    })
    expect(changed.body).toMatchObject({ id: advisory.id, severity: 'low', publishedAt: advisory.publishedAt })
    const path = `/api/v1/advisories/${advisory.id}/withdrawal`
    expect((await registry.send('POST', path, { token: owner, json: { reason: 'A mistake.' } })).status).toBe(200)
    expect((await registry.send('POST', path, { token: owner, json: { reason: 'Again.' } })).body).toMatchObject({
      code: 'ADVISORY_WITHDRAWN',
    })
    const copy = await registry.send('GET', `/api/v1/advisories?updated_since=${since}`)
    expect(copy.body).toMatchObject({ items: [{ id: advisory.id, withdrawnAt: expect.any(String) }] })
    const shown = registryRoutes.advisories.response.parse((await registry.send('GET', '/api/v1/advisories')).body)
    expect(shown.items.some(({ id }) => id === advisory.id)).toBe(false)
  })

  it('come in pages that a copy can follow to the end', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = `updated_since=2020-01-01T00:00:00Z&limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`
      const page = registryRoutes.advisories.response.parse(
        (await registry.send('GET', `/api/v1/advisories?${query}`)).body,
      )
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen.length).toBeGreaterThan(4)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('have no bill of materials to show for a release that carries none', async () => {
    const answer = await registry.send('GET', '/api/v1/plugins/acme/leaky/versions/1.0.0/sbom')
    expect(answer.body).toMatchObject({ code: 'SBOM_NOT_FOUND', status: 404 })
  })

  it('and the one that the signed bundle carries, where it does', async () => {
    const sbom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [{ type: 'library', name: 'left-pad', version: '1.3.0' }],
    }
    const release = await signedPlugin(registry.key, {
      manifest: { id: 'acme/listed' },
      files: { 'sbom.cdx.json': JSON.stringify(sbom) },
    })
    await registry.publish(release)
    expect((await registry.send('GET', '/api/v1/plugins/acme/listed/versions/1.0.0/sbom')).body).toEqual(sbom)
  })
})

describe('the bulk question of npm audit [R1][R8]', () => {
  it('names what affects one of the versions, in the words that npm reads', async () => {
    const registry = await openTestRegistry()
    try {
      await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/leaky' } }))
      await registry.send('POST', '/api/v1/plugins/acme/leaky/advisories', { token: ADMIN_TOKEN, json: WORDS })
      const gone = await registry.send('POST', '/api/v1/plugins/acme/leaky/advisories', {
        token: ADMIN_TOKEN,
        json: { ...WORDS, title: 'Withdrawn' },
      })
      await registry.send('POST', `/api/v1/advisories/${Object(gone.body).id}/withdrawal`, {
        token: ADMIN_TOKEN,
        json: { reason: 'No.' },
      })
      await using store = await openStore({
        dataDir: registry.dataDir,
        databaseUrl: `sqlite:${registry.dataDir}/registry.db`,
      })
      const asked = { '@acme/leaky': ['1.2.2', '2.0.0'], '@acme/other': ['1.0.0'] }
      expect(await bulkAdvisories(store, asked, 'https://registry.test')).toEqual({
        '@acme/leaky': [
          {
            id: 1,
            url: expect.stringMatching(/^https:\/\/registry\.test\/api\/v1\/advisories\/NXSA-/),
            title: WORDS.title,
            severity: 'high',
            vulnerable_versions: WORDS.range,
            cwe: ['CWE-22'],
            cvss: { score: 7.5, vectorString: WORDS.cvss },
          },
        ],
      })
      expect(await bulkAdvisories(store, { '@acme/leaky': ['1.2.3'] }, '')).toEqual({})
      const many = Object.fromEntries(Array.from({ length: 5001 }, (_, index) => [`p${index}`, ['1.0.0']]))
      await expect(bulkAdvisories(store, many, '')).rejects.toMatchObject({ code: 'ADVISORY_BULK_SIZE' })
    } finally {
      await registry[Symbol.asyncDispose]()
    }
  })

  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
    ['CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.8],
    ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 0],
  ])('scores %s with %d', (vector, score) => expect(cvssScore(vector)).toBe(score))
})
