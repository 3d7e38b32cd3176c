import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningHost, startTestHost } from '../../helpers/host.ts'
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

const SHOTS = process.env['NEXUS_TEST_SHOTS']

describe.skipIf(browserMissing)('the editor of virtual servers [G4]', () => {
  let host: RunningHost
  let browser: Browser
  let view: Watched

  beforeAll(async () => {
    host = await startTestHost()
    await host.install('nexus/web', { hosts: ['docs.example.com'] })
    browser = await launchBrowser()
    view = await openView(browser)
    await signIn(view.page, host.ready.url)
  })
  afterAll(async () => {
    await browser?.close()
    await host?.[Symbol.asyncDispose]()
  })

  const shot = async (name: string) => {
    if (SHOTS !== undefined) await view.page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
  }
  const server = async (name: string) => (await host.api('GET', `/api/v1/virtual-servers/${name}`)).body

  test('adds what a search finds, rewords a tool, fixes an argument, and shows what clients will get', async () => {
    const { page } = view
    await page.goto(`${host.ready.url}/servers/create/new`)
    await settled(page)
    await page.locator('#title').fill('Support desk')
    await page.locator('#tool-search').fill('fetch')
    await page.getByRole('button', { name: /^Add (all )?\d+ match/ }).click()
    await page.getByRole('button', { name: 'Change how fetch_page is shown' }).click()
    await page.locator('#entry-as').fill('read_page')
    await page.locator('#entry-description').fill('Reads a page of the handbook.')
    await page.locator('#entry-readOnlyHint').selectOption('true')
    await page.locator('#argument-url').selectOption('fixed')
    await page.locator('#argument-value-url').fill('https://docs.example.com/')
    expect(await axeFindings(page)).toEqual([])
    await shot('entry-dialog')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect.poll(() => page.locator('.effective code').allTextContents()).toContain('read_page')
    await page.getByRole('button', { name: 'Add a pattern' }).click()
    await page.locator('#filter-name').fill('search_*')
    expect(await axeFindings(page)).toEqual([])
    await shot('filter-dialog')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.locator('#rule-auditor').check()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('#rate-perPrincipal').fill('60')
    await page.locator('#access-member').check()
    await page.locator('#access-admin').check()
    await shot('editor')
    await page.getByRole('button', { name: 'Create server' }).click()
    await expect.poll(() => page.url()).toBe(`${host.ready.url}/servers/support-desk`)
    await settled(page)
    await shot('server')
    expect(await server('support-desk')).toMatchObject({
      tools: [
        {
          upstream: 'web',
          tool: 'fetch_page',
          as: 'read_page',
          description: 'Reads a page of the handbook.',
          annotations: { readOnlyHint: true },
          arguments: { url: { fixed: 'https://docs.example.com/' } },
        },
      ],
      include: [{ name: 'search_*' }],
      rules: [{ effect: 'deny', roles: ['auditor'] }],
      access: { roles: ['admin', 'member'] },
      rate: { perPrincipal: 60 },
      revision: 1,
    })
  })

  test('shows through the eyes of a role that may not use it that there is nothing', async () => {
    const { page } = view
    await page.goto(`${host.ready.url}/servers/support-desk/edit`)
    await settled(page)
    await page.locator('#preview-eyes').selectOption('publisher')
    await page.getByText('the server does not exist', { exact: false }).last().waitFor()
    await page.locator('#preview-eyes').selectOption('member')
    await expect.poll(() => page.locator('.effective code').allTextContents()).toContain('read_page')
  })

  test('refuses to save over what somebody else has changed', async () => {
    const { page } = view
    await page.goto(`${host.ready.url}/servers/support-desk/edit`)
    await settled(page)
    await host.api('PATCH', '/api/v1/virtual-servers/support-desk', { description: 'Somebody was faster.' })
    await page.locator('#title').fill('Slow desk')
    await page.getByRole('button', { name: 'Save server' }).click()
    await page.getByText('Somebody else has changed this server').waitFor()
    expect((await server('support-desk')).title).toBe('Support desk')
    await page.getByRole('button', { name: 'Discard my changes and load again' }).click()
    await settled(page)
    expect(await page.locator('#description').inputValue()).toBe('Somebody was faster.')
  })

  test('clones it, writes it to a file, and makes another from the file', async () => {
    const { page } = view
    await page.goto(`${host.ready.url}/servers/support-desk`)
    await settled(page)
    await page.getByRole('button', { name: 'Clone' }).click()
    await page.locator('dialog').getByRole('button', { name: 'Clone' }).click()
    await expect.poll(() => page.url()).toBe(`${host.ready.url}/servers/support-desk-copy`)
    await settled(page)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export YAML' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('support-desk-copy.yaml')
    const yaml = await readFile(await download.path(), 'utf8')
    await page.goto(`${host.ready.url}/servers`)
    await settled(page)
    await page.getByRole('button', { name: 'Import YAML' }).click()
    const dialog = page.locator('dialog')
    await page.locator('#import-yaml').fill(`${yaml}colour: red\n`)
    await dialog.getByRole('button', { name: 'Import YAML' }).click()
    await dialog.getByText('Not a known member', { exact: false }).first().waitFor()
    expect(await axeFindings(page)).toEqual([])
    await shot('import-dialog')
    await page
      .locator('#import-file')
      .setInputFiles({ name: 'desk.yaml', mimeType: 'text/yaml', buffer: Buffer.from(yaml) })
    await page.locator('#import-name').fill('third-desk')
    await dialog.getByRole('button', { name: 'Import YAML' }).click()
    await expect.poll(() => page.url()).toBe(`${host.ready.url}/servers/third-desk`)
    expect(await server('third-desk')).toMatchObject({ tools: (await server('support-desk')).tools })
  })

  test('fits a telephone, in the dark too, and has no fault a checker finds', async () => {
    for (const [theme, width] of [
      ['dark', 1360],
      ['light', 320],
    ] as const) {
      const small = await openView(browser, { width, theme })
      await signIn(small.page, host.ready.url)
      for (const path of ['/servers', '/servers/support-desk', '/servers/support-desk/edit']) {
        await small.page.goto(`${host.ready.url}${path}`)
        await settled(small.page)
        if (SHOTS !== undefined) {
          const file = `${theme}-${width}${path.replaceAll('/', '-')}`
          await small.page.screenshot({ path: `${SHOTS}/${file}.png`, fullPage: true })
        }
        expect(await sidewaysOverflow(small.page)).toEqual([])
        expect(await axeFindings(small.page)).toEqual([])
      }
      expect(small.faults).toEqual([])
      await small.context.close()
    }
    expect(view.faults).toEqual([])
  })
})
