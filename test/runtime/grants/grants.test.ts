import { parseManifest } from '@nexus/plugin-api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NO_GRANTS,
  capabilityStrip,
  consentDigest,
  diffPermissions,
  parseTarget,
  resolveGrants,
  uncovered,
} from '../../../runtime/src/grants/index.ts'
import type { Grants, NetworkGrant } from '../../../runtime/src/grants/index.ts'

function manifest(permissions: Record<string, unknown>, config: Record<string, unknown> = {}) {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/thing',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Thing',
    description: 'A thing.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    permissions,
    config,
    contributes: {},
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

const target = (host: string, methods: readonly string[] = ['GET'], port = 443): NetworkGrant => ({
  host,
  port,
  scheme: 'https',
  methods,
  allowPrivateAddresses: false,
})
const network = (...grants: readonly NetworkGrant[]): Grants => ({ ...NO_GRANTS, network: grants })

describe('grants [H5]', () => {
  it('come from fixed hosts and from what the admin configured', () => {
    const asked = manifest(
      {
        network: [
          { host: 'api.example.com:8443', methods: ['POST', 'GET'], reason: 'r' },
          { fromConfig: 'hosts', methods: ['GET'], reason: 'r' },
        ],
      },
      { hosts: { type: 'strings', format: 'host', title: 'Hosts' } },
    )
    const grants = resolveGrants(
      asked,
      { hosts: ['docs.example.com', 'http://localhost:8080'] },
      { allowPrivateAddresses: ['localhost:8080'] },
    )
    expect(grants.network).toEqual([
      { host: 'api.example.com', port: 8443, scheme: 'https', methods: ['GET', 'POST'], allowPrivateAddresses: false },
      { host: 'docs.example.com', port: 443, scheme: 'https', methods: ['GET'], allowPrivateAddresses: false },
      { host: 'localhost', port: 8080, scheme: 'http', methods: ['GET'], allowPrivateAddresses: true },
    ])
  })

  it('are empty for config fields that are not filled in', () => {
    const asked = manifest(
      {
        network: [{ fromConfig: 'hosts', methods: ['GET'], reason: 'r' }],
        secrets: [{ name: 'key', access: 'use', reason: 'r' }],
      },
      { hosts: { type: 'strings', title: 'Hosts' }, key: { type: 'secret', title: 'Key' } },
    )
    expect(resolveGrants(asked, {}, { allowPrivateAddresses: [] })).toEqual(NO_GRANTS)
  })

  it('give a process no network unless asked, the hosts when asked, and everything only where the admin said so', () => {
    const config = { command: { type: 'string', title: 'C' }, all: { type: 'boolean', title: 'A' } }
    const permission = { fromConfig: 'command', network: 'proxy', hostNetworkFromConfig: 'all', reason: 'r' }
    const grantsWith = (values: Record<string, string | boolean>) =>
      resolveGrants(
        manifest({ processes: [permission] }, config),
        { command: 'x', ...values },
        { allowPrivateAddresses: [] },
      )
    expect(grantsWith({}).processes).toMatchObject([{ network: 'proxy' }])
    expect(grantsWith({ all: false }).processes).toMatchObject([{ network: 'proxy' }])
    expect(grantsWith({ all: true }).processes).toMatchObject([{ network: 'host' }])
    expect(uncovered(grantsWith({ all: true }), grantsWith({}))).toEqual([
      'processes x, reaches the WHOLE NETWORK, unfiltered',
    ])
    expect(uncovered(grantsWith({}), grantsWith({ all: true }))).toEqual([])
    // A grant from before there was a choice gave no network that anybody consented to.
    const old = { ...grantsWith({}), processes: [{ command: 'x', readable: [], writable: [] }] }
    expect(uncovered(grantsWith({}), old)).toEqual(['processes x, reaches the network hosts above'])
  })

  it('tell an npm package from a command', () => {
    const asked = manifest(
      {
        processes: [
          { fromConfig: 'package', reason: 'r' },
          { fromConfig: 'command', reason: 'r' },
        ],
      },
      { package: { type: 'string', title: 'P' }, command: { type: 'string', title: 'C' } },
    )
    expect(
      resolveGrants(asked, { package: '@acme/server@1.2.3', command: 'node' }, { allowPrivateAddresses: [] }).processes,
    ).toEqual([
      { package: '@acme/server@1.2.3', readable: [], writable: [], network: 'none' },
      { command: 'node', readable: [], writable: [], network: 'none' },
    ])
  })

  it.each([
    ['example.com', { host: 'example.com', port: 443, scheme: 'https' }],
    ['Example.com:8443', { host: 'example.com', port: 8443, scheme: 'https' }],
    ['http://localhost:1', { host: 'localhost', port: 1, scheme: 'http' }],
    ['https://a.example.com/path?x=1', { host: 'a.example.com', port: 443, scheme: 'https' }],
    ['*.example.com', { host: '*.example.com', port: 443, scheme: 'https' }],
    ['[::1]:80', { host: '[::1]', port: 80, scheme: 'https' }],
    ['*', undefined],
    ['ftp://example.com', undefined],
    ['https://user:secret@example.com/', undefined],
    ['example.com:99999', undefined],
    ['', undefined],
  ])('read the target %s', (text, expected) => {
    expect(parseTarget(text)).toEqual(expected)
  })

  it('say what is not covered', () => {
    expect(uncovered(network(target('evil.test')), network(target('api.test')))).toEqual([
      'network GET https://evil.test:443',
    ])
    expect(uncovered(network(target('a.api.test')), network(target('*.api.test')))).toEqual([])
    expect(uncovered(network(target('api.test')), network(target('*.api.test')))).toHaveLength(1)
    expect(uncovered(network(target('127.0.0.1')), network(target('*.0.0.1')))).toHaveLength(1)
    expect(uncovered(network(target('evil-api.test')), network(target('*.api.test')))).toHaveLength(1)
    expect(uncovered(network(target('api.test', ['GET', 'POST'])), network(target('api.test')))).toHaveLength(1)
    expect(uncovered(network(target('api.test', ['GET'], 8443)), network(target('api.test')))).toHaveLength(1)
    expect(
      uncovered(
        { ...NO_GRANTS, secrets: [{ field: 'k', access: 'read' }] },
        { ...NO_GRANTS, secrets: [{ field: 'k', access: 'use' }] },
      ),
    ).toEqual(['secrets read k'])
    expect(uncovered({ ...NO_GRANTS, tools: ['a/b:c'] }, { ...NO_GRANTS, tools: ['a/b:*'] })).toEqual([])
    const nightly = { ...NO_GRANTS, schedules: [{ name: 'job', cron: '0 3 * * *' }] }
    const always = { ...NO_GRANTS, schedules: [{ name: 'job', cron: '* * * * *' }] }
    const elsewhere = { ...NO_GRANTS, schedules: [{ name: 'job', cron: '0 3 * * *', timeZone: 'Asia/Tokyo' }] }
    expect(uncovered(always, nightly)).toEqual(['schedules job * * * * * UTC'])
    expect(uncovered(elsewhere, nightly)).toHaveLength(1)
    expect(uncovered(nightly, nightly)).toEqual([])
    expect(
      uncovered(
        { ...NO_GRANTS, files: [{ root: '$data', path: 'ab', access: 'read' }] },
        { ...NO_GRANTS, files: [{ root: '$data', path: 'a', access: 'read' }] },
      ),
    ).toHaveLength(1)
  })

  it('always cover themselves, and nothing covers more than it allows', () => {
    const host = fc.constantFrom('a.test', 'b.a.test', '*.a.test', '*.b.a.test', 'c.test')
    const grant = fc.record({
      host,
      port: fc.constantFrom(443, 8443),
      scheme: fc.constant('https' as const),
      methods: fc.subarray(['GET', 'POST'], { minLength: 1 }),
      allowPrivateAddresses: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), fc.array(grant, { maxLength: 4 }), (left, right) => {
        expect(uncovered(network(...left), network(...left))).toEqual([])
        expect(uncovered(network(...left), network(...left, ...right))).toEqual([])
      }),
    )
  })

  it('show an update that widens', () => {
    expect(
      diffPermissions(network(target('a.test'), target('b.test')), network(target('a.test', ['GET', 'POST']))),
    ).toEqual([
      { family: 'network', name: 'https://a.test:443', verbs: ['POST'], change: 'wider' },
      { family: 'network', name: 'https://b.test:443', verbs: ['GET'], change: 'narrower' },
      { family: 'network', name: 'https://a.test:443', verbs: ['GET'], change: 'same' },
    ])
  })
})

describe('consent digest [H5]', () => {
  it('changes with the bytes and with each grant, not with the order of members', () => {
    const digest = consentDigest('sha512:a', network(target('a.test')))
    expect(consentDigest('sha512:b', network(target('a.test')))).not.toBe(digest)
    expect(consentDigest('sha512:a', network(target('a.test', ['GET', 'POST'])))).not.toBe(digest)
    const { host, port, scheme, methods, allowPrivateAddresses } = target('a.test')
    expect(consentDigest('sha512:a', network({ methods, allowPrivateAddresses, scheme, port, host }))).toBe(digest)
  })
})

describe('capability strip [H5, U1]', () => {
  it('shows nothing, scoped and broad reach', () => {
    const { permissions } = manifest({
      network: [{ host: '*.example.com', methods: ['GET'], reason: 'r' }],
      tools: [{ tool: 'a/b:c', reason: 'r' }],
    })
    expect(capabilityStrip(permissions)).toEqual({
      network: 'broad',
      files: 'none',
      secrets: 'none',
      tools: 'scoped',
      processes: 'none',
      panels: 'none',
      events: 'none',
      schedules: 'none',
      client: 'none',
    })
  })
})
