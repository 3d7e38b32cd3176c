import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, openView, settled, sidewaysOverflow, signIn } from './console.ts'
import { type Screens, lookAtAll, openScreens } from './every-screen.ts'

const catalog = async (tag: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(new URL(`../../../marketplace-ui/src/locales/${tag}.json`, import.meta.url), 'utf8'))

async function compressedSize(url: string): Promise<number> {
  const answer = await fetch(url)
  return gzipSync(new Uint8Array(await answer.arrayBuffer())).length
}

/** Every text on the page that did not come out of a catalog. Data of the host is marked `translate="no"`. */
function strayTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = (node.textContent ?? '').trim()
      const holder = node.parentElement?.closest('[translate]')
      const exempt = holder?.getAttribute('translate') === 'no' || node.parentElement?.closest('time, script, style')
      if (!exempt && /\p{L}/u.test(text) && !/^\[.*\]$/su.test(text)) found.push(text)
    }
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'placeholder']) {
        const text = element.getAttribute(name) ?? ''
        const data = element.closest('[translate="no"], time') !== null
        if (!data && /\p{L}/u.test(text) && !text.includes('[')) found.push(`${name}: ${text}`)
      }
    }
    return found
  })
}

describe.skipIf(browserMissing)('every screen [U6]', () => {
  let screens: Screens
  let host: Screens['host']
  let browser: Screens['browser']
  let paths: Screens['paths']

  beforeAll(async () => {
    screens = await openScreens()
    ;({ host, browser, paths } = screens)
  })
  afterAll(() => screens?.[Symbol.asyncDispose]())

  test.for([1360, 320])(
    'has no axe finding and nothing sticking out in light at %d px',
    { timeout: 600_000 },
    async (width) => lookAtAll(screens, { theme: 'light', width }),
  )

  test(
    'takes every text from a catalog and still fits at 320 px when texts are a third longer',
    { timeout: 300_000 },
    async () => {
      const { context, page, faults } = await openView(browser, { width: 320, language: 'en-XA' })
      await signIn(page, host.ready.url)
      for (const path of paths) {
        await page.goto(host.ready.url + path)
        await settled(page)
        expect(await strayTexts(page), path).toEqual([])
        expect(await sidewaysOverflow(page), path).toEqual([])
      }
      expect(faults).toEqual([])
      await context.close()
    },
  )

  test('speaks German from the first paint and keeps the choice', async () => {
    const german = await catalog('de')
    const { context, page } = await openView(browser, { language: 'de' })
    await signIn(page, host.ready.url)
    for (const [path, key] of [
      ['/', 'overview.title'],
      ['/marketplace', 'market.title'],
      ['/installed', 'installed.title'],
      ['/tokens', 'tokens.title'],
    ] as const) {
      await page.goto(host.ready.url + path)
      await settled(page)
      expect(await page.locator('main h1').first().textContent()).toBe(german[key])
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('de')
    }
    await page.goto(`${host.ready.url}/installed`)
    await page.getByRole('link', { name: 'Webseiten' }).waitFor()
    await context.close()
  })

  test('keeps a choice of theme and language made by hand', async () => {
    const { context, page } = await openView(browser)
    await page.goto(`${host.ready.url}/sign-in`)
    await settled(page)
    await page.locator('select.language').selectOption('de')
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    await page.locator('.segmented input').nth(2).check()
    await page.reload()
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    await context.close()
  })

  test('loads at most 40 kB of compressed script before the first screen and no chunk above 25 kB', async () => {
    const { context, page } = await openView(browser)
    const scripts = new Set<string>()
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.add(request.url())
    })
    const sizes = (): Promise<readonly number[]> => Promise.all([...scripts].map(compressedSize))
    await page.goto(`${host.ready.url}/sign-in`)
    await settled(page)
    const atStart = await sizes()
    expect(atStart.length).toBeGreaterThan(3)
    expect(atStart.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000)
    await signIn(page, host.ready.url)
    for (const path of paths) {
      await page.goto(host.ready.url + path)
      await settled(page)
    }
    expect(Math.max(...(await sizes()))).toBeLessThan(25_000)
    await context.close()
  })

  test('moves the focus to the heading when the screen changes', async () => {
    const { context, page } = await openView(browser)
    await signIn(page, host.ready.url)
    await settled(page)
    await page.locator('.rail a[href="/installed"]').first().click()
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Installed plugins')
    await context.close()
  })

  test('shows no screen to a member that only an admin may see', async () => {
    const member = { email: 'member@example.com', displayName: 'Max Member', password: 'a long enough password' }
    await host.api('POST', '/api/v1/users', { ...member, role: 'member' })
    const { context, page } = await openView(browser)
    await page.goto(`${host.ready.url}/sign-in`)
    await page.locator('#email').fill(member.email)
    await page.locator('#password').fill(member.password)
    await page.locator('form button.primary').click()
    await page.locator('.rail-inner').first().waitFor({ state: 'attached' })
    expect(await page.locator('.rail a[href="/people"]').count()).toBe(0)
    await page.goto(`${host.ready.url}/people`)
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor()
    await context.close()
  })

  test('says that the host does not answer and recovers by itself', async () => {
    const { context, page } = await openView(browser)
    await signIn(page, host.ready.url)
    await settled(page)
    await context.setOffline(true)
    await page.locator('.rail a[href="/installed"]').first().click()
    await page.locator('.banner').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.locator('.banner').waitFor({ state: 'detached' })
    await context.close()
  })
})
