import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NO_GRANTS,
  type Grants,
  diffPermissions,
  expandedPermissions,
  uncovered,
} from '../../../runtime/src/grants/index.ts'

const HOSTS = ['a.test', 'x.a.test', 'y.x.a.test', '*.a.test', '*.x.a.test', 'b.test', '127.0.0.1', '*.0.0.1']
const METHODS = ['GET', 'POST', 'DELETE']
const PATHS = ['', 'a', 'a/b', 'ab', 'a/b/c']
const FOLDERS = ['/srv', '/srv/data', '/srv/database', '/home/ada']

const network = fc.record({
  host: fc.constantFrom(...HOSTS),
  port: fc.constantFrom(443, 8443),
  scheme: fc.constantFrom('https' as const, 'http' as const),
  methods: fc.subarray(METHODS, { minLength: 1 }),
  allowPrivateAddresses: fc.boolean(),
})
const files = fc.record({
  root: fc.constantFrom('$data' as const, '$workspace' as const),
  path: fc.constantFrom(...PATHS),
  access: fc.constantFrom('read' as const, 'read-write' as const),
})
const processes = fc.record({
  command: fc.constantFrom('node', 'uvx'),
  readable: fc.subarray(FOLDERS),
  writable: fc.subarray(FOLDERS),
  network: fc.constantFrom('none' as const, 'proxy' as const, 'host' as const),
})
const few = { maxLength: 3 }
const grants: fc.Arbitrary<Grants> = fc.record({
  network: fc.array(network, few),
  files: fc.array(files, few),
  secrets: fc.array(
    fc.record({ field: fc.constantFrom('key', 'token'), access: fc.constantFrom('use' as const, 'read' as const) }),
    few,
  ),
  tools: fc.subarray(['acme/a:x', 'acme/a:y', 'acme/a:*', 'acme/b:x']),
  processes: fc.array(processes, few),
  panels: fc.subarray(['main', 'other']),
  events: fc.subarray([
    { event: 'plugin.started', direction: 'subscribe' as const },
    { event: 'acme.a.done', direction: 'emit' as const },
  ]),
  schedules: fc.subarray([
    { name: 'job', cron: '0 3 * * *' },
    { name: 'job', cron: '* * * * *' },
  ]),
  client: fc.subarray(['elicitation', 'sampling'] as const),
})

/** What a plugin could do, told without any word of the code under test. */
function allows(set: Grants, host: string, port: number, scheme: string, method: string): boolean {
  return set.network.some(
    (grant) =>
      grant.port === port &&
      grant.scheme === scheme &&
      grant.methods.includes(method) &&
      (grant.host === host ||
        (grant.host.startsWith('*.') && !/^[\d.]+$/.test(host) && host.endsWith(grant.host.slice(1)))),
  )
}

function mayTouch(set: Grants, root: string, path: readonly string[], writes: boolean): boolean {
  return set.files.some(
    (grant) =>
      grant.root === root &&
      (!writes || grant.access === 'read-write') &&
      grant.path.split('/').every((part, index) => part === '' || path[index] === part),
  )
}

const rounds = { numRuns: 1_000 }

describe('the permission diff of an update [H7]', () => {
  it('asks for consent exactly when something is expanded', () => {
    fc.assert(
      fc.property(grants, grants, (before, after) => {
        expect(expandedPermissions(before, after).length > 0).toBe(uncovered(after, before).length > 0)
      }),
      rounds,
    )
  })

  it('never asks for what was granted already, and never for less', () => {
    fc.assert(
      fc.property(grants, grants, (one, other) => {
        const both: Grants = {
          network: [...one.network, ...other.network],
          files: [...one.files, ...other.files],
          secrets: [...one.secrets, ...other.secrets],
          tools: [...one.tools, ...other.tools],
          processes: [...one.processes, ...other.processes],
          panels: [...one.panels, ...other.panels],
          events: [...one.events, ...other.events],
          schedules: [...one.schedules, ...other.schedules],
          client: [...one.client, ...other.client],
        }
        expect(expandedPermissions(one, one)).toEqual([])
        expect(expandedPermissions(both, one)).toEqual([])
        expect(expandedPermissions(one, NO_GRANTS)).toEqual([])
      }),
      rounds,
    )
  })

  it('asks for every request and every file that was not allowed before', () => {
    const request = fc.record({
      host: fc.constantFrom('a.test', 'x.a.test', 'z.a.test', 'y.x.a.test', 'b.test', '127.0.0.1'),
      port: fc.constantFrom(443, 8443),
      scheme: fc.constantFrom('https', 'http'),
      method: fc.constantFrom(...METHODS),
    })
    const file = fc.record({
      root: fc.constantFrom('$data', '$workspace'),
      path: fc.constantFrom('a', 'a/b', 'a/b/c/d', 'ab', 'z'),
      writes: fc.boolean(),
    })
    fc.assert(
      fc.property(grants, grants, request, file, (before, after, { host, port, scheme, method }, touched) => {
        if (expandedPermissions(before, after).length > 0) return
        if (allows(after, host, port, scheme, method)) expect(allows(before, host, port, scheme, method)).toBe(true)
        const { root, writes } = touched
        const path = touched.path.split('/')
        if (mayTouch(after, root, path, writes)) expect(mayTouch(before, root, path, writes)).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('names each thing once for each fate, and every thing of the new set', () => {
    fc.assert(
      fc.property(grants, grants, (before, after) => {
        const changes = diffPermissions(before, after)
        const keys = changes.map(({ family, name, change, coveredBy }) => [family, name, change, coveredBy].join(' '))
        expect(new Set(keys).size).toBe(keys.length)
        const named = new Set(changes.filter(({ change }) => change !== 'narrower').map(({ family }) => family))
        for (const [family, list] of Object.entries(after)) {
          if (list.length > 0) expect([...named]).toContain(family)
        }
      }),
      rounds,
    )
  })

  it('says what covers something of another name', () => {
    const target = (host: string, methods: readonly string[]) => ({
      host,
      port: 443,
      scheme: 'https' as const,
      methods,
      allowPrivateAddresses: false,
    })
    const before = { ...NO_GRANTS, network: [target('*.a.test', ['GET']), target('x.a.test', ['POST'])] }
    const after = { ...NO_GRANTS, network: [target('z.a.test', ['GET']), target('x.a.test', ['GET', 'POST', 'PUT'])] }
    expect(diffPermissions(before, after)).toEqual([
      { family: 'network', name: 'https://x.a.test:443', verbs: ['PUT'], change: 'wider' },
      { family: 'network', name: 'https://*.a.test:443', verbs: ['GET'], change: 'narrower' },
      {
        family: 'network',
        name: 'https://z.a.test:443',
        verbs: ['GET'],
        change: 'same',
        coveredBy: 'https://*.a.test:443',
      },
      { family: 'network', name: 'https://x.a.test:443', verbs: ['GET', 'POST'], change: 'same' },
    ])
  })
})
