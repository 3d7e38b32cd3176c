import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runNexus } from '../cli/run-nexus.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
let folder = ''
beforeAll(async () => {
  host = await openHttpHost()
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nexus-roots-')))
  await mkdir(join(folder, 'docs'))
  await symlink(join(folder, 'docs'), join(folder, 'link'))
  await writeFile(join(folder, 'file'), '')
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const ROOTS = '/api/v1/workspace-roots'
const put = (name: string, body: object, more: object = {}) => host.ask('PUT', `${ROOTS}/${name}`, { body, ...more })

describe('workspace roots [H5]', () => {
  it('gives a folder by its real path, changes it and takes it back, all of it in the audit trail', async () => {
    const given = await put('docs', { path: join(folder, 'link') })
    expect(given.body).toMatchObject({ name: 'docs', path: join(folder, 'docs'), access: 'read' })
    await put('docs', { path: join(folder, 'docs'), access: 'read-write' })
    expect((await host.ask('GET', ROOTS)).body.items).toMatchObject([{ name: 'docs', access: 'read-write' }])
    expect((await host.ask('DELETE', `${ROOTS}/docs`)).status).toBe(204)
    expect((await host.ask('DELETE', `${ROOTS}/docs`)).status).toBe(404)
    expect((await host.ask('GET', ROOTS)).body.items).toEqual([])
    await host.flush()
    const { body } = await host.ask('GET', '/api/v1/audit?target=docs')
    const actions = body.items.map(({ action }: { readonly action: string }) => action)
    expect(actions).toEqual(['workspace.root-taken', 'workspace.root-given', 'workspace.root-given'])
  })

  it('gives nothing that holds the system, keys or Nexus itself, or is no folder', async () => {
    const places = ['/', '/proc', '/dev', '/etc', 'docs', './docs', host.dataDir, join(host.dataDir, '..')]
    const keys = join(folder, 'home', '.ssh', 'old')
    await mkdir(keys, { recursive: true })
    for (const path of [...places, join(folder, 'file'), join(folder, 'none'), keys, join(keys, '..')]) {
      expect(await put('docs', { path }), path).toMatchObject({ status: 422, body: { code: 'ROOT_INVALID' } })
    }
    for (const name of ['..%2F..', 'Docs', 'a%20b', '-']) {
      expect((await put(name, { path: join(folder, 'docs') })).status, name).toBeGreaterThanOrEqual(400)
    }
    expect((await host.ask('GET', ROOTS)).body.items).toEqual([])
  })

  it('is for host admins only', async () => {
    for (const role of ['workspace-admin', 'member', 'auditor']) {
      const as = await host.person(role)
      expect((await put('docs', { path: join(folder, 'docs') }, { as })).status, role).toBe(403)
      expect((await host.ask('DELETE', `${ROOTS}/docs`, { as })).status, role).toBe(403)
    }
  })

  it('is there on the command line', async () => {
    const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
    const root = (...args: readonly string[]) =>
      runNexus(['workspace', 'root', ...args], { env: { NEXUS_URL: host.url, NEXUS_TOKEN: token } })
    expect((await root('list')).stdout).toBe('No folder was given.\n')
    const added = await root('add', 'docs', join(folder, 'docs'), '--write')
    expect(added.stdout).toBe(`Plugins see ${join(folder, 'docs')} as $workspace/docs (read-write).\n`)
    expect((await root('list')).stdout).toMatch(/docs +\/.*docs +read-write/)
    expect((await root('add', 'bad', '/etc')).stderr).toContain('holds the system')
    expect((await root('remove', 'docs')).stdout).toBe('Took docs back.\n')
  })
})
