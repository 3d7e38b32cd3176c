import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installNpmPackage } from '../../../runtime/src/gateway/packages/install-npm-package.ts'

/** A package whose install script would leave a trace. */
async function packFixture(dir: string): Promise<Buffer> {
  const root = join(dir, 'package')
  await mkdir(root, { recursive: true })
  const manifest = {
    name: 'tiny-server',
    version: '1.2.3',
    bin: { 'tiny-server': 'main.js', 'tiny-other': 'other.js' },
    scripts: { postinstall: "node -e \"require('fs').writeFileSync('TRACE', '')\"" },
  }
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(root, 'main.js'), 'console.log("main")')
  await writeFile(join(root, 'other.js'), 'console.log("other")')
  execFileSync('tar', ['-czf', join(dir, 'tiny.tgz'), '-C', dir, 'package'])
  return readFile(join(dir, 'tiny.tgz'))
}

describe('npm packages of stdio servers [G3]', () => {
  const cleanup = new AsyncDisposableStack()
  let dir: string
  let env: Record<string, string>
  let downloads = 0

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'nexus-npm-'))
    cleanup.defer(() => rm(dir, { recursive: true, force: true }))
    const tarball = await packFixture(dir)
    const registry = createServer((request, response) => {
      const host = `http://${request.headers.host}`
      if (request.url === '/tiny.tgz') {
        downloads += 1
        response.end(tarball)
      } else if (request.url === '/tiny-server') {
        const dist = {
          tarball: `${host}/tiny.tgz`,
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
        }
        const version = { name: 'tiny-server', version: '1.2.3', hasInstallScript: true, dist }
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({ name: 'tiny-server', 'dist-tags': { latest: '1.2.3' }, versions: { '1.2.3': version } }),
        )
      } else response.writeHead(404).end('{}')
    })
    await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done))
    cleanup.defer(async () => {
      registry.closeAllConnections()
      await new Promise((done) => registry.close(done))
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
    const { port } = registry.address() as AddressInfo
    env = {
      PATH: process.env['PATH'] ?? '',
      HOME: dir,
      npm_config_cache: join(dir, 'cache'),
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_fetch_retries: '0',
    }
  })
  afterAll(() => cleanup.disposeAsync())

  it('installs once for all who ask at the same time, runs no script of the package and finds its command', async () => {
    const packages = join(dir, 'packages')
    const request = { name: 'tiny-server', version: '1.2.3', dir: packages, env }
    const [first, second] = await Promise.all([
      installNpmPackage(request),
      installNpmPackage({ ...request, bin: 'tiny-other' }),
    ])
    const folder = join(packages, 'tiny-server@1.2.3')
    expect(first).toEqual({ folder, entry: join(folder, 'node_modules/tiny-server/main.js') })
    expect(second.entry).toBe(join(folder, 'node_modules/tiny-server/other.js'))
    expect(execFileSync(process.execPath, [first.entry], { encoding: 'utf8' })).toBe('main\n')
    expect(await readdir(join(folder, 'node_modules/tiny-server'))).not.toContain('TRACE')
    expect(await readdir(packages)).toEqual(['tiny-server@1.2.3'])
    expect(downloads).toBe(1)
    await expect(installNpmPackage({ ...request, bin: 'nothing' })).rejects.toMatchObject({
      code: 'PACKAGE_BIN_UNKNOWN',
    })
  })

  it('leaves nothing behind when the package is not there', async () => {
    const packages = join(dir, 'failed')
    const request = { name: 'no-such-server', version: '1.0.0', dir: packages, env }
    await expect(installNpmPackage(request)).rejects.toMatchObject({
      code: 'PACKAGE_INSTALL_FAILED',
      details: { npmCode: 'E404' },
    })
    expect(await readdir(packages)).toEqual([])
  })

  it('says so when the registry cannot be reached and when npm is not there', async () => {
    const request = { name: 'tiny-server', version: '1.2.3', dir: join(dir, 'away') }
    await expect(
      installNpmPackage({ ...request, env: { ...env, npm_config_registry: 'http://127.0.0.1:1/' } }),
    ).rejects.toMatchObject({
      code: 'PACKAGE_INSTALL_FAILED',
    })
    await expect(installNpmPackage({ ...request, env: { HOME: dir, PATH: join(dir, 'empty') } })).rejects.toMatchObject(
      {
        code: expect.stringMatching(/^PACKAGE_(MANAGER_MISSING|INSTALL_FAILED)$/),
      },
    )
  })

  it.each([
    ['../evil', '1.0.0'],
    ['--registry=x', '1.0.0'],
    ['tiny-server', 'latest'],
    ['tiny-server', '^1.0.0'],
    ['tiny-server', '1.0.0 --ignore-scripts=false'],
  ])('refuses %s@%s before npm is asked', async (name, version) => {
    await expect(installNpmPackage({ name, version, dir, env })).rejects.toMatchObject({ code: 'PACKAGE_INVALID' })
  })
})
