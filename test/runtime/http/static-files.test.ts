import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from './http-host.ts'

let host: HttpHost
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-ui-'))
  const dist = join(folder, 'dist')
  await mkdir(join(dist, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.js'), 'outside')
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Nexus</title>')
  await writeFile(join(dist, 'assets', 'main-DfG3h_9a.js'), 'export {}')
  await writeFile(join(dist, 'assets', 'plain.css'), 'a{}')
  await writeFile(join(dist, 'icon.svg'), '<svg/>')
  await writeFile(join(dist, 'main.js.map'), '{}')
  host = await openHttpHost({ facts: { uiFolder: dist } })
})
afterAll(async () => {
  await host[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const html = { accept: 'text/html,*/*' }

/** Sends exactly this: `fetch` would tidy up `..` and add headers of its own. */
async function rawGet(
  path: string,
  headers: Record<string, string> = html,
): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>()
  const { port } = new URL(host.url)
  request({ port, host: '127.0.0.1', path, headers }, (response) => {
    let body = ''
    response.on('data', (chunk) => (body += chunk))
    response.on('end', () => resolve({ status: response.statusCode, body }))
  })
    .on('error', reject)
    .end()
  return await promise
}

describe('the built UI [U1]', () => {
  it('serves the page under exactly the policy it is written for', async () => {
    const page = await host.ask('GET', '/', { as: null, headers: html })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html dompurify",
    )
  })

  it('lets browsers keep what has a hash in its name, and ask again for the rest', async () => {
    expect((await host.ask('GET', '/assets/main-DfG3h_9a.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    )
    const plain = await host.ask('GET', '/assets/plain.css')
    expect(plain.headers.get('cache-control')).toBe('no-cache')
    const again = await rawGet('/assets/plain.css', { 'if-none-match': plain.headers.get('etag') ?? '' })
    expect(again).toEqual({ status: 304, body: '' })
  })

  it('answers HEAD without a body', async () => {
    const head = await host.ask('HEAD', '/icon.svg')
    expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '6', ''])
    expect(head.headers.get('content-type')).toBe('image/svg+xml')
  })

  it('gives the page for the UI’s own routes, to browsers only', async () => {
    expect((await host.ask('GET', '/plugins/acme/hello', { headers: html })).text).toContain('<title>Nexus')
    expect((await host.ask('GET', '/plugins/acme/hello', { headers: { accept: 'application/json' } })).status).toBe(404)
    expect((await host.ask('GET', '/missing.js', { headers: html })).status).toBe(404)
    for (const path of ['/api/v1/nothing', '/mcp', '/v/desk/mcp', '/.well-known/nothing']) {
      expect((await host.ask('GET', path, { headers: html })).status, path).toBe(404)
    }
    expect((await host.ask('POST', '/plugins', { headers: html })).status).toBe(404)
  })

  it.each([
    '/../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/assets/../../secret.js',
    '/assets/..%5c..%5csecret.js',
    '//secret.js',
    '/....//secret.js',
    '/%00/secret.js',
    '/main.js.map',
    '/%',
  ])('never leaves its folder for %s', async (path) => {
    const { status, body } = await rawGet(path)
    expect(body).not.toContain('outside')
    expect(status === 404 || body.includes('<title>Nexus')).toBe(true)
  })
})
