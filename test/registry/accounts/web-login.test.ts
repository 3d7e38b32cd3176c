import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestRegistry } from '../http/open-test-registry.ts'
import { PASSWORD } from './open-test-store.ts'

type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>

let registry: TestRegistry
beforeAll(async () => {
  registry = await openTestRegistry()
  const body = { name: 'ada', email: 'ada@example.com', password: PASSWORD }
  expect(await registry.send('POST', '/api/v1/accounts', { json: body })).toMatchObject({ status: 201 })
})
afterAll(() => registry[Symbol.asyncDispose]())

/** A sign-in as a terminal begins it. */
async function start() {
  const { body } = await registry.send('POST', '/api/v1/login/web', { headers: { 'user-agent': 'npm/12.2.0' } })
  const { loginUrl, doneId, comparison } = Object(body)
  return { loginUrl: String(loginUrl), doneId: String(doneId), comparison: String(comparison) }
}

const poll = (doneId: string) => registry.send('POST', '/api/v1/login/web/done', { json: { doneId } })

/** A browser without scripts: keeps its cookie, fills the form in and sends it. */
async function openPage(url: string, headers: Readonly<Record<string, string>> = {}) {
  const page = await fetch(url, { headers })
  const text = await page.text()
  const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const formToken = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const send = (fields: Readonly<Record<string, string>>, change: Readonly<Record<string, string>> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers, ...change },
      body: new URLSearchParams({
        form: formToken,
        mode: 'sign-in',
        decision: 'allow',
        confirmed: 'yes',
        name: 'ada',
        password: PASSWORD,
        ...fields,
      }),
    })
  return { page, text, send }
}

describe('sign-in through the browser [R5]', () => {
  it('gives the terminal a token, once, after a person allowed it', async () => {
    const { loginUrl, doneId, comparison } = await start()
    expect(comparison).toMatch(/^[B-Z2-9]{4}-[B-Z2-9]{4}$/)
    expect(loginUrl).toContain(`/login/${comparison}/`)
    expect(loginUrl).not.toContain(doneId)
    expect((await poll(doneId)).body).toEqual({ state: 'waiting' })
    const { text, send } = await openPage(loginUrl)
    expect(text).toContain(comparison)
    expect(text).toContain('npm/12.2.0')
    expect((await send({})).status).toBe(200)
    const { body } = await poll(doneId)
    expect(body).toMatchObject({ state: 'done', token: expect.stringMatching(/^nxa_/) })
    const token = String(Object(body).token)
    expect((await registry.send('GET', '/api/v1/whoami', { token })).body).toMatchObject({
      kind: 'account',
      name: 'ada',
    })
    expect(await poll(doneId)).toMatchObject({ status: 404, body: { code: 'WEB_LOGIN_GONE' } })
    expect((await fetch(loginUrl)).status).toBe(404)
  })

  it('gives nothing after a person refused it', async () => {
    const { loginUrl, doneId } = await start()
    const { send } = await openPage(loginUrl)
    expect((await send({ decision: 'deny', name: '', password: '', confirmed: 'no' })).status).toBe(200)
    expect(await poll(doneId)).toMatchObject({ status: 403, body: { code: 'WEB_LOGIN_DENIED' } })
  })

  it('needs the tick that one’s own terminal shows the code', async () => {
    const { loginUrl, doneId } = await start()
    const { send } = await openPage(loginUrl)
    const answer = await send({ confirmed: 'no' })
    expect(answer.status).toBe(422)
    expect((await poll(doneId)).body).toEqual({ state: 'waiting' })
  })

  it('says what is wrong, keeps the name, never shows the password again', async () => {
    const { loginUrl, doneId } = await start()
    const { send } = await openPage(loginUrl)
    const answer = await send({ password: 'wrong "password" <b>' })
    const text = await answer.text()
    expect(answer.status).toBe(422)
    expect(text).toContain('role="alert"')
    expect(text).toContain('value="ada"')
    expect(text).not.toContain('wrong &quot;password&quot;')
    expect((await poll(doneId)).body).toEqual({ state: 'waiting' })
  })

  it.each([
    ['a form of another browser', {}, { cookie: 'nexus-login=another' }],
    ['a form without the cookie', {}, { cookie: '' }],
    ['a form of another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['a made-up form token', { form: 'made-up' }, {}],
  ])('refuses %s, with the right password', async (_title, fields, headers) => {
    const { loginUrl, doneId } = await start()
    const { send } = await openPage(loginUrl)
    expect((await send(fields, headers)).status).toBe(403)
    expect((await poll(doneId)).body).toEqual({ state: 'waiting' })
  })

  it('refuses the form of one sign-in for another', async () => {
    const mine = await start()
    const theirs = await start()
    const { text } = await openPage(mine.loginUrl)
    const form = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const { send } = await openPage(theirs.loginUrl)
    expect((await send({ form })).status).toBe(403)
    expect((await poll(theirs.doneId)).body).toEqual({ state: 'waiting' })
  })

  it('has no script and a policy under which none would run, and nobody frames it or hears of its address', async () => {
    const { loginUrl } = await start()
    const { page, text } = await openPage(loginUrl)
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
    expect(text).not.toMatch(/<script|style=|onclick|javascript:/i)
  })

  it('speaks German to whom wants it', async () => {
    const { loginUrl } = await start()
    const { text } = await openPage(loginUrl, { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' })
    expect(text).toContain('<html lang="de">')
    expect(text).toContain('Anmelden und erlauben')
  })

  it('escapes what a terminal says of itself', async () => {
    const { body } = await registry.send('POST', '/api/v1/login/web', {
      headers: { 'user-agent': '<img src=x onerror=alert(1)>' },
    })
    const { text } = await openPage(String(Object(body).loginUrl))
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
  })

  it('makes an account on the way, where sign-up is open', async () => {
    const { loginUrl, doneId } = await start()
    const { send } = await openPage(loginUrl)
    const fields = { mode: 'sign-up', name: 'grace', email: 'grace@example.com', password: 'a phrase of my own' }
    expect((await send(fields)).status).toBe(200)
    const { body } = await poll(doneId)
    const { body: identity } = await registry.send('GET', '/api/v1/whoami', { token: String(Object(body).token) })
    expect(identity).toMatchObject({ name: 'grace', account: { email: 'grace@example.com' } })
  })
})
