import { HTTP_METHODS, PERMISSION_FAMILIES, permissionsSchema } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const acceptsHost = (host: string) =>
  permissionsSchema.safeParse({ network: [{ host, methods: ['GET'], reason: 'r' }] }).success
const accepts = (permissions: object) => permissionsSchema.safeParse(permissions).success

describe('permissions [H5]', () => {
  test('come in nine families, in the order in which people see them', () => {
    expect(PERMISSION_FAMILIES).toEqual([
      'network',
      'files',
      'secrets',
      'tools',
      'processes',
      'panels',
      'events',
      'schedules',
      'client',
    ])
  })

  test.each([
    'example.com',
    'api.example.com:8443',
    '*.example.com',
    '*.a.b.example.com:1',
    'localhost',
    'localhost:65535',
    'a',
    'xn--mller-kva.de',
    '1.example',
    'a-b.c-d.e',
    '3com.net',
    '127.0.0.1.nip.io',
  ])('take the host %s', (host) => {
    expect(acceptsHost(host)).toBe(true)
  })

  test.each([
    '*',
    '*.*',
    '*.com',
    '*:443',
    'a.*.com',
    '*example.com',
    '**.example.com',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.0x1',
    '1.0x',
    '0177.0.0.1',
    '[::1]',
    '::1',
    '[::1]:80',
    'EXAMPLE.com',
    'example.com.',
    '.example.com',
    'exa..mple.com',
    '-a.com',
    'a-.com',
    'a_b.com',
    'https://example.com',
    'example.com/path',
    'user@example.com',
    'example.com:',
    'example.com:0',
    'example.com:080',
    'example.com:65536',
    'example.com:99999',
    'example.com:80:80',
    'exa mple.com',
    'example.com\n',
    '',
    'müller.de',
    `${'a'.repeat(64)}.com`,
    '%31.com',
  ])('refuse the host %j', (host) => {
    expect(acceptsHost(host)).toBe(false)
  })

  test('take no host that a URL would read as an address or as another host', () => {
    const label = fc.stringMatching(/^(?:[a-z0-9]{1,4}|0x[0-9a-f]{0,4}|[0-9]{1,3}|-|\*)$/)
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat({ max: 70_000 })),
        (labels, port) => {
          const host = labels.join('.') + (port === null ? '' : `:${port}`)
          if (!acceptsHost(host)) return
          const url = new URL(`http://${host.replace(/^\*/, 'x')}/`)
          expect(url.hostname).toBe(host.replace(/^\*/, 'x').replace(/:.*/, ''))
          expect(url.hostname).not.toMatch(/^[\d.]+$|^\[/)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['no methods', { network: [{ host: 'a.b', methods: [], reason: 'r' }] }],
    ['a method that tunnels', { network: [{ host: 'a.b', methods: ['CONNECT'], reason: 'r' }] }],
    ['a method in lower case', { network: [{ host: 'a.b', methods: ['get'], reason: 'r' }] }],
    ['no reason', { network: [{ host: 'a.b', methods: ['GET'] }] }],
    ['both a host and a field', { network: [{ host: 'a.b', fromConfig: 'x', methods: ['GET'], reason: 'r' }] }],
    ['a folder above the root', { files: [{ root: '$data', path: '../x', access: 'read', reason: 'r' }] }],
    ['a folder hidden in the middle', { files: [{ root: '$data', path: 'a/../../x', access: 'read', reason: 'r' }] }],
    ['an absolute folder', { files: [{ root: '$data', path: '/etc', access: 'read', reason: 'r' }] }],
    ['a Windows path', { files: [{ root: '$data', path: 'a\\..\\b', access: 'read', reason: 'r' }] }],
    ['another root', { files: [{ root: '$home', access: 'read', reason: 'r' }] }],
    ['another access', { secrets: [{ name: 'token', access: 'write', reason: 'r' }] }],
    ['every tool of every plugin', { tools: [{ tool: '*', reason: 'r' }] }],
    ['every tool of a publisher', { tools: [{ tool: 'acme/*:*', reason: 'r' }] }],
    ['a command line', { processes: [{ command: 'sh -c x', reason: 'r' }] }],
    ['a command by path', { processes: [{ command: '../sh', reason: 'r' }] }],
    ['an unknown family', { clipboard: [] }],
    ['an unknown key', { network: [{ host: 'a.b', methods: ['GET'], reason: 'r', unrestricted: true }] }],
  ])('refuse %s', (_, permissions) => {
    expect(accepts(permissions)).toBe(false)
  })

  test('take one of each family', () => {
    expect(
      accepts({
        network: [
          { host: 'a.b', methods: [...HTTP_METHODS], reason: 'r' },
          { fromConfig: 'url', methods: ['GET'], reason: { en: 'r', de: 'r' } },
        ],
        files: [
          { root: '$data', access: 'read-write', reason: 'r' },
          { root: '$workspace', path: 'notes/2026', access: 'read', reason: 'r' },
        ],
        secrets: [{ name: 'token', access: 'use', reason: 'r' }],
        tools: [
          { tool: 'acme/mail:*', reason: 'r' },
          { tool: 'acme/mail:send', reason: 'r' },
        ],
        processes: [
          { command: 'node', reason: 'r' },
          { fromConfig: 'command', readFromConfig: 'folders', reason: 'r' },
        ],
        panels: [{ panel: 'board', reason: 'r' }],
        events: [{ event: 'plugin.installed', direction: 'subscribe', reason: 'r' }],
        schedules: [{ name: 'nightly', cron: '0 3 * * *', timeZone: 'Europe/Berlin', reason: 'r' }],
      }),
    ).toBe(true)
  })
})
