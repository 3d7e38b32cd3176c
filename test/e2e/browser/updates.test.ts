import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Stranger, openStranger } from '../host/stranger.ts'
import { axeFindings, browserMissing, launchBrowser, openView, settled, sidewaysOverflow, signIn } from './console.ts'

const VIEWS = [
  { width: 1360, theme: 'light', language: 'en' },
  { width: 1360, theme: 'dark', language: 'de' },
  { width: 320, theme: 'light', language: 'de' },
  { width: 320, theme: 'dark', language: 'en' },
] as const

const CHANGED = {
  permissions: {
    network: [
      { host: 'api.acme.test', methods: ['GET', 'POST'], reason: 'To look up what was said.' },
      { host: '*.cdn.acme.test', methods: ['GET'], reason: 'To load pictures.' },
    ],
    tools: [{ tool: 'acme/other:*', reason: 'To pass on.' }],
  },
  contributes: {
    tools: [
      {
        name: 'echo',
        description: 'Gives back the text that it was given, and what it found about it.',
        inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
      },
    ],
  },
}

describe.skipIf(browserMissing)('updates in the console [H7, U1]', () => {
  let stranger: Stranger
  let browser: Browser
  let id = ''
  const publish = async (version: string, manifest: object, files: Record<string, string> = {}): Promise<void> => {
    const path = join(stranger.folder, `echo-${version}.tgz`)
    await writeFile(path, await stranger.pack(version, manifest, files))
    const published = await stranger.nexus('plugin', 'publish', path, '--publisher', 'acme')
    if (published.code !== 0) throw new Error(published.stderr)
  }
  const offered = async (): Promise<string | undefined> =>
    (await stranger.host().api('GET', `/api/v1/installations/${id}/updates`)).body.offer?.version
  const version = async (): Promise<string> =>
    (await stranger.host().api('GET', `/api/v1/installations/${id}`)).body.version
  beforeAll(async () => {
    stranger = await openStranger()
    await stranger.nexus('publisher', 'create', 'acme', '--name', 'Acme')
    await publish('1.0.0', {})
    const installed = await stranger.nexus('plugin', 'install', 'acme/echo@1.0.0', '--yes', '--json')
    id = JSON.parse(installed.stdout).id
    await publish('1.1.0', CHANGED, {
      'CHANGELOG.md': '# Changes\n\n## 1.1.0\n\n- Looks things up.\n\n## 1.0.0\n\n- First.\n',
    })
    await stranger.nexus('plugin', 'automatic', 'acme/echo', 'channel', '--window', '0 3 * * *')
    while ((await offered()) !== '1.1.0') await new Promise((resume) => setTimeout(resume, 1_000))
    browser = await launchBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await stranger?.[Symbol.asyncDispose]()
  })

  const openVersions = async (page: Page): Promise<void> => {
    await page.goto(`${stranger.host().ready.url}/installed/${id}/versions`)
    await page.locator('nx-installation-versions .history, nx-installation-versions table').first().waitFor()
    await settled(page)
  }

  test.each(VIEWS)(
    'fit and read well at $width px, $theme, $language',
    async (options) => {
      const view = await openView(browser, options)
      await signIn(view.page, stranger.host().ready.url)
      await openVersions(view.page)
      expect(await axeFindings(view.page)).toEqual([])
      expect(await sidewaysOverflow(view.page)).toEqual([])
      const shots = process.env['NEXUS_TEST_SHOTS']
      const shoot = async (name: string): Promise<void> => {
        if (shots === undefined) return
        const path = join(shots, `${name}-${options.width}-${options.theme}-${options.language}.png`)
        await view.page.screenshot({ path, fullPage: true })
      }
      await shoot('versions')
      await view.page.locator('nx-installation-versions .notice button').first().click()
      await view.page.locator('nx-update-review .delta').first().waitFor()
      await settled(view.page)
      // The focus starts on what changes nothing.
      expect(await view.page.evaluate(() => document.activeElement?.hasAttribute('data-safe'))).toBe(true)
      expect(await view.page.locator('nx-update-review .delta .badge.warn').count()).toBeGreaterThan(3)
      expect(await view.page.locator('nx-update-review .diff .added').count()).toBeGreaterThan(0)
      expect(await axeFindings(view.page)).toEqual([])
      expect(await sidewaysOverflow(view.page)).toEqual([])
      await shoot('review')
      if (shots !== undefined) {
        await view.page.locator('nx-update-review .body').evaluate((body) => body.scrollTo(0, body.scrollHeight))
        await shoot('review-end')
      }
      await view.page.goto(stranger.host().ready.url)
      await settled(view.page)
      await view.page.locator(`.attention a[href="/installed/${id}/versions"]`).waitFor()
      await shoot('overview')
      expect(view.faults).toEqual([])
      await view.context.close()
    },
    120_000,
  )

  test('are approved, and taken back in one step', async () => {
    const view = await openView(browser)
    await signIn(view.page, stranger.host().ready.url)
    await openVersions(view.page)
    await view.page.locator('nx-installation-versions .notice button').first().click()
    await view.page.locator('nx-update-review button.primary').click()
    await view.page.locator('nx-update-review').waitFor({ state: 'detached', timeout: 60_000 })
    await expect.poll(version, { timeout: 20_000 }).toBe('1.1.0')
    await view.page.locator('nx-installation-versions .history button').first().click()
    await view.page.locator('nx-update-review .delta').first().waitFor()
    await view.page.locator('nx-update-review button.primary').click()
    await view.page.locator('nx-update-review').waitFor({ state: 'detached', timeout: 60_000 })
    await expect.poll(version, { timeout: 20_000 }).toBe('1.0.0')
    expect(view.faults).toEqual([])
    await view.context.close()
  }, 120_000)
})
