import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core'
import { AxeBuilder } from '@axe-core/playwright'

const CHROMIUM = process.env['NEXUS_TEST_CHROMIUM'] ?? '/usr/bin/chromium'

/** Without a browser these tests are skipped visibly; in continuous integration that is a failure. */
export const browserMissing = !existsSync(CHROMIUM) && process.env['CI'] !== 'true'

export const ADMIN = { email: 'admin@example.com', displayName: 'Ada Admin', password: 'correct horse battery staple' }

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** What must never happen on any page: violations of the content security policy or Trusted Types, and errors. */
export interface Watched {
  readonly context: BrowserContext
  readonly page: Page
  readonly faults: string[]
}

export interface ViewOptions {
  readonly width?: number
  readonly theme?: 'light' | 'dark'
  readonly language?: string
}

/** A fresh browser profile whose policy violations and uncaught errors are collected. */
export async function openView(browser: Browser, options: ViewOptions = {}): Promise<Watched> {
  const { width = 1360, theme = 'light', language = 'en' } = options
  const context = await browser.newContext({ viewport: { width, height: 860 }, reducedMotion: 'reduce' })
  const faults: string[] = []
  await context.exposeFunction('reportFault', (fault: string) => faults.push(fault))
  await context.addInitScript(
    ([chosenTheme, chosenLanguage]) => {
      // Only where nothing was chosen yet, so that a test can see a choice survive a reload.
      if (localStorage.getItem('nexus.theme') === null) localStorage.setItem('nexus.theme', chosenTheme ?? 'light')
      if (localStorage.getItem('nexus.language') === null)
        localStorage.setItem('nexus.language', chosenLanguage ?? 'en')
      document.addEventListener('securitypolicyviolation', (event) => {
        const report: unknown = Reflect.get(globalThis, 'reportFault')
        if (typeof report === 'function')
          report(`${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`)
      })
    },
    [theme, language],
  )
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
  return { context, page, faults }
}

export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.locator('#email').fill(ADMIN.email)
  await page.locator('#password').fill(ADMIN.password)
  await page.locator('form button.primary').click()
  await page.locator('.rail-inner').first().waitFor({ state: 'attached' })
}

/** Waits until the screen has its heading and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1, dialog[open] h2').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"]').length === 0)
}

/** Every finding of axe, as readable lines; the empty list is the promise. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze()
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`))
}

/** Elements that stick out of the page sideways; tables and tab rows scroll inside their own region. */
export function sidewaysOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement
    if (scrollWidth <= innerWidth) return []
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .filter((element) => element.closest('.table-wrap, .tabs, pre') === null)
      .map((element) => element.outerHTML.slice(0, 120))
      .concat(`page is ${scrollWidth} px wide`)
  })
}
