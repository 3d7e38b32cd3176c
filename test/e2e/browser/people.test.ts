import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
import { bundleManifest, zip } from '../../runtime/imports/zip.ts'
import {
  axeFindings,
  browserMissing,
  launchBrowser,
  openView,
  settled,
  sidewaysOverflow,
  signIn,
  type Watched,
} from './console.ts'

/** A server that answers without any package: lines of JSON on standard output. */
const SERVER = `
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
let text = ''
process.stdin.on('data', (chunk) => {
  text += chunk
  for (let at; (at = text.indexOf('\\n')) !== -1; text = text.slice(at + 1)) {
    const { id, method, params } = JSON.parse(text.slice(0, at))
    if (method === 'initialize') answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'weather', version: '1.0.0' } })
    else if (method === 'tools/list') answer(id, { tools: [{ name: 'key_length', description: 'Length of the key.', inputSchema: { type: 'object' } }] })
    else if (method === 'tools/call') answer(id, { content: [{ type: 'text', text: String((process.env.API_KEY ?? '').length) + ' ' + process.env.REGION }] })
    else if (id !== undefined) answer(id, {})
  }
})
`

const CLIENT = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

describe.skipIf(browserMissing)('people and servers from elsewhere in the console [R6] [R8]', () => {
  let host: RunningHost
  let browser: Browser
  let view: Watched
  let admin: (method: string, path: string, body?: unknown) => Promise<Response>
  beforeAll(async () => {
    host = await startTestHost()
    const token = (await readFile(join(host.dataDir, 'keys', 'registry-admin-token'), 'utf8')).trim()
    admin = (method, path, body) =>
      fetch(host.ready.registryUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    await host.install('nexus/web', { hosts: ['example.com'] })
    browser = await launchBrowser()
    view = await openView(browser)
    await signIn(view.page, host.ready.url)
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
  })

  test('a person rates an installed plugin, and the page shows it', async () => {
    const { page } = view
    await page.goto(`${host.ready.url}/marketplace/nexus/web/reviews`)
    await settled(page)
    await page.getByRole('button', { name: 'Write a review' }).click()
    await page.getByLabel('4 stars').check()
    await page.getByLabel('Heading').fill('Does what it says')
    await page.locator('#review-text').fill('Fetches pages.\nNothing else.')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Does what it says').waitFor()
    expect(await page.locator('.average').textContent()).toContain('4.0')
    expect(await axeFindings(page)).toEqual([])
  })

  test('markup in a review is refused with words that say why', async () => {
    const { page } = view
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.locator('#review-text').fill('<b>bold</b>')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
  })

  test('a moderator hides it, its author appeals, and it is shown again', async () => {
    const { page } = view
    const shown = await host.api('GET', '/api/v1/marketplace/nexus/web/reviews')
    await host.api('POST', '/api/v1/marketplace/nexus/web/reports', {
      reason: 'spam',
      reviewId: shown.body.items[0].id,
    })
    await page.goto(`${host.ready.url}/moderation`)
    await settled(page)
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Hide review' }).click()
    await page.locator('#say-text').fill('Looks like spam.')
    await page.locator('dialog footer .primary').click()
    await page.getByText('Nothing to decide').waitFor()
    await page.goto(`${host.ready.url}/marketplace/nexus/web/reviews`)
    await page.getByText('Looks like spam.').waitFor()
    await page.getByRole('button', { name: 'Appeal' }).click()
    await page.locator('#say-text').fill('It is not.')
    await page.locator('dialog footer .primary').click()
    await page.getByText('Your appeal waits').waitFor()
    await page.goto(`${host.ready.url}/moderation`)
    await page.getByRole('button', { name: 'Show review again' }).click()
    await page.locator('#say-text').fill('Agreed.')
    await page.locator('dialog footer .primary').click()
    await page.getByText('Nothing to decide').waitFor()
    await page.goto(`${host.ready.url}/marketplace/nexus/web/reviews`)
    await page.getByText('Does what it says').waitFor()
  })

  test('an advisory is shown on the plugin, and where attention is asked for', async () => {
    const { page } = view
    const advisory = { range: '*', severity: 'high', title: 'Follows too many links', text: 'Update soon.' }
    expect((await admin('POST', '/api/v1/plugins/nexus/web/advisories', advisory)).status).toBe(201)
    await page.goto(`${host.ready.url}/marketplace/nexus/web/security`)
    await page.getByText('Follows too many links').first().waitFor()
    await settled(page)
    expect(await axeFindings(page)).toEqual([])
    const { body } = await host.api('GET', '/api/v1/advisories/affected')
    expect(body.items).toMatchObject([{ pluginId: 'nexus/web', advisories: [{ severity: 'high' }] }])
    for (const path of ['/', '/installed', `/installed/${body.items[0].installationId}`]) {
      await page.goto(host.ready.url + path)
      await page.getByText('Follows too many links').first().waitFor()
      await settled(page)
      expect(await axeFindings(page), path).toEqual([])
    }
  })

  test('a plain entry of the registry is found, refused honestly, and a bundle is installed and answers', async () => {
    const { page } = view
    const entry = {
      server: {
        name: 'io.github.someone/container',
        version: '1.0.0',
        description: 'Runs in a container.',
        packages: [{ registryType: 'oci', identifier: 'docker.io/someone/container:1', transport: { type: 'stdio' } }],
      },
    }
    expect((await admin('POST', '/api/v1/publishers/nexus/servers', entry)).status).toBe(201)
    await host.api('PUT', '/api/v1/secrets/weather-key', { value: 'twelve chars' })
    await page.goto(`${host.ready.url}/marketplace`)
    await settled(page)
    await page.getByRole('button', { name: 'Add from MCP Registry' }).click()
    await page.getByLabel('Search by name').fill('container')
    await page.getByRole('button', { name: 'Choose io.github.someone/container' }).click()
    await page.getByText('Expected an npm package or an MCPB bundle').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Back' }).click()
    const folder = join(host.dataDir, 'upload')
    await mkdir(folder)
    const bytes = zip([
      { name: 'manifest.json', data: JSON.stringify(bundleManifest()) },
      { name: 'server/index.js', data: SERVER },
    ])
    await writeFile(join(folder, 'weather.mcpb'), bytes)
    await page.getByText('From an MCPB bundle').click()
    await page.locator('#bundle-file').setInputFiles(join(folder, 'weather.mcpb'))
    await page.locator('#bundle-sha256').fill(createHash('sha256').update(bytes).digest('hex'))
    await page.getByRole('button', { name: 'Read bundle' }).click()
    await page.locator('#import-api_key').selectOption('weather-key')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Continue to permissions' }).click()
    await page.locator('#install-consent').check()
    await page.getByRole('button', { name: 'Install' }).last().click()
    await page.locator('[data-next].primary').waitFor({ timeout: 60_000 })
    const token = await host.token()
    const mcp = async (method: string, params: object, name?: string): Promise<string> => {
      const answer = await fetch(host.ready.mcpUrl, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          ...(name !== undefined && { 'mcp-name': name }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: CLIENT } }),
      })
      return answer.text()
    }
    const exposed = /"name":"([^"]*key_length)"/.exec(await mcp('tools/list', {}))?.[1] ?? ''
    expect(await mcp('tools/call', { name: exposed, arguments: {} }, exposed)).toContain('12 eu-1')
  })

  test.for([
    { width: 1360, theme: 'dark', language: 'en' },
    { width: 320, theme: 'light', language: 'de' },
    { width: 320, theme: 'dark', language: 'en' },
  ] as const)('every screen fits $width px in $theme ($language)', async (options) => {
    const { page, context, faults } = await openView(browser, options)
    await signIn(page, host.ready.url)
    for (const path of [
      '/marketplace/nexus/web/reviews',
      '/marketplace/nexus/web/security',
      '/marketplace/nexus/web/statistics',
      '/moderation',
      '/health',
      '/marketplace',
    ]) {
      await page.goto(host.ready.url + path)
      await settled(page)
      expect(await sidewaysOverflow(page), path).toEqual([])
      expect(await axeFindings(page), path).toEqual([])
      const shots = process.env['NEXUS_TEST_SHOTS']
      if (shots !== undefined)
        await page.screenshot({
          path: join(shots, `${options.width}-${options.theme}${path.replaceAll('/', '-')}.png`),
          fullPage: true,
        })
    }
    await page.locator('main .page-head .btn').click()
    await settled(page)
    expect(await axeFindings(page), 'add a server').toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  test('nothing broke the policy of the page', () => {
    expect(view.faults).toEqual([])
  })
})
