import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../runtime/src/identity/random-value.ts'
import { PASSWORD, type TestHost, openTestHost } from './host.ts'

let host: TestHost
beforeEach(async () => {
  host = await openTestHost()
})
afterEach(() => host[Symbol.asyncDispose]())

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const signIn = (change: { email?: string; password?: string; remoteAddress?: string; previousSession?: string } = {}) =>
  host.identity.signIn({ email: 'ada@example.com', password: PASSWORD, remoteAddress: '192.0.2.1', ...change }, 'r')

async function cpu(request: Parameters<typeof signIn>[0]): Promise<number> {
  const before = process.cpuUsage()
  await signIn(request).catch(() => undefined)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

describe('setup link [I1]', () => {
  it('creates the first admin once, even when many use it at the same time', async () => {
    expect(await host.identity.setupNeeded()).toBe(true)
    const link = await host.identity.renewSetupLink()
    const attempts = Array.from({ length: 5 }, (_, index) =>
      host.identity.setup(
        { token: link?.token ?? '', email: `a${index}@example.com`, displayName: 'A', password: PASSWORD },
        'r',
      ),
    )
    const results = await Promise.allSettled(attempts)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await host.store.users.count()).toBe(1)
    expect(await host.identity.setupNeeded()).toBe(false)
    expect(await host.identity.renewSetupLink()).toBeUndefined()
  })

  it('stores only a digest, and a renewed link replaces the old one', async () => {
    const old = await host.identity.renewSetupLink()
    const fresh = await host.identity.renewSetupLink()
    expect(await host.store.links.get(fresh?.token ?? '')).toBeUndefined()
    expect(await host.store.links.get(digestOf(fresh?.token ?? ''))).toBeDefined()
    const request = { email: 'a@example.com', displayName: 'A', password: PASSWORD }
    const code = 'IDENTITY_SETUP_LINK_INVALID'
    await expect(host.identity.setup({ ...request, token: old?.token ?? '' }, 'r')).rejects.toMatchObject({ code })
    host.pass(24 * HOUR)
    await expect(host.identity.setup({ ...request, token: fresh?.token ?? '' }, 'r')).rejects.toMatchObject({ code })
  })

  it('keeps the link when the password is refused', async () => {
    const link = await host.identity.renewSetupLink()
    const request = { token: link?.token ?? '', email: 'a@example.com', displayName: 'A', password: 'too short' }
    await expect(host.identity.setup(request, 'r')).rejects.toMatchObject({ code: 'IDENTITY_PASSWORD_REFUSED' })
    await host.identity.setup({ ...request, password: PASSWORD }, 'r')
  })
})

describe('sessions [I1]', () => {
  it('opens a session with a new value each time and ends the one before', async () => {
    await host.admin()
    const first = await signIn()
    const second = await signIn({ previousSession: first.secret })
    expect(second.secret).not.toBe(first.secret)
    expect(await host.identity.sessionPrincipal(first.secret, undefined)).toBeUndefined()
    expect(await host.identity.sessionPrincipal(second.secret, 'main')).toMatchObject({ roles: ['admin'] })
    expect(await host.store.sessions.get(second.secret)).toBeUndefined()
    expect(await host.store.sessions.get(digestOf(second.secret))).toBeDefined()
  })

  it('does not take up a value that the client brought along', async () => {
    await host.admin()
    const planted = 'a'.repeat(43)
    const session = await signIn({ previousSession: planted })
    expect(session.secret).not.toBe(planted)
    expect(await host.identity.sessionPrincipal(planted, undefined)).toBeUndefined()
  })

  it('ends after twelve idle hours and after seven days at the latest', async () => {
    await host.admin()
    const idle = await signIn()
    host.pass(12 * HOUR - MINUTE)
    await host.identity.authenticateSession(idle.secret)
    host.pass(12 * HOUR - MINUTE)
    await host.identity.authenticateSession(idle.secret)
    host.pass(12 * HOUR)
    await expect(host.identity.authenticateSession(idle.secret)).rejects.toMatchObject({
      code: 'IDENTITY_SESSION_INVALID',
      status: 401,
    })
    const busy = await signIn()
    for (let hours = 0; hours < 7 * 24; hours += 8) {
      await host.identity.authenticateSession(busy.secret)
      host.pass(8 * HOUR)
    }
    expect(await host.identity.sessionPrincipal(busy.secret, undefined)).toBeUndefined()
    expect(await host.store.sessions.get(digestOf(busy.secret))).toBeUndefined()
  })

  it('ends when the user signs out, and with all others of the user', async () => {
    const admin = await host.admin()
    const [one, two, three] = [await signIn(), await signIn(), await signIn()]
    await host.identity.signOut(one.secret, 'r')
    expect(await host.identity.sessionPrincipal(one.secret, undefined)).toBeUndefined()
    expect(await host.identity.sessionPrincipal(two.secret, undefined)).toBeDefined()
    await host.identity.endSessions(admin, admin.userId ?? '', 'r')
    expect(await host.identity.sessionPrincipal(two.secret, undefined)).toBeUndefined()
    expect(await host.identity.sessionPrincipal(three.secret, undefined)).toBeUndefined()
  })

  it('ends all sessions when the password changes and opens a fresh one', async () => {
    const admin = await host.admin()
    const old = await signIn()
    const change = { currentPassword: PASSWORD, newPassword: 'another good long phrase' }
    const wrong = { ...change, currentPassword: 'not the password' }
    await expect(host.identity.changePassword(admin, wrong, 'r')).rejects.toMatchObject({
      code: 'IDENTITY_SIGN_IN_FAILED',
    })
    const fresh = await host.identity.changePassword(admin, change, 'r')
    expect(await host.identity.sessionPrincipal(old.secret, undefined)).toBeUndefined()
    expect(await host.identity.sessionPrincipal(fresh.secret, undefined)).toBeDefined()
    await expect(signIn()).rejects.toMatchObject({ code: 'IDENTITY_SIGN_IN_FAILED' })
    await signIn({ password: 'another good long phrase' })
  })

  it('says what is missing without a session, and nothing about workspaces that are closed to the user', async () => {
    await expect(host.identity.authenticateSession(undefined)).rejects.toMatchObject({
      code: 'IDENTITY_NO_CREDENTIALS',
      status: 401,
    })
    await host.admin()
    const session = await signIn()
    await expect(host.identity.authenticateSession(session.secret, 'nowhere')).rejects.toMatchObject({
      code: 'IDENTITY_FORBIDDEN',
      status: 403,
    })
  })
})

describe('sign-in [I1]', () => {
  it('gives the same answer for a wrong password, an unknown user and a disabled one', async () => {
    const admin = await host.admin()
    const bob = { email: 'bob@example.com', displayName: 'Bob', password: PASSWORD, role: 'member' } as const
    const { user } = await host.identity.createUser(admin, bob, 'r')
    await signIn({ email: 'BOB@example.com ' })
    await host.identity.changeUser(admin, user.id, { disabled: true }, 'r')
    const failure = async (request: Parameters<typeof signIn>[0]) => {
      const error: unknown = await signIn(request).catch((thrown: unknown) => thrown)
      return error instanceof Error ? [error.message, JSON.stringify(error)] : error
    }
    const answers = [
      await failure({ password: 'wrong password here' }),
      await failure({ email: 'nobody@example.com' }),
      await failure({ email: 'bob@example.com' }),
    ]
    expect(answers[0]).toEqual([expect.any(String), expect.stringContaining('IDENTITY_SIGN_IN_FAILED')])
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('does the work of a password check for an unknown user', async () => {
    await host.admin()
    await cpu({ email: 'warm-up@example.com' })
    const unknown = await cpu({ email: 'nobody@example.com' })
    // Without a hash the answer costs well under a millisecond; argon2id costs several.
    expect(unknown).toBeGreaterThan(3000)
  })

  it('makes an account wait after ten failures and lets it in when the window is over', async () => {
    await host.admin()
    const guesses = Array.from({ length: 12 }, (_, index) =>
      signIn({ password: 'wrong password here', remoteAddress: `192.0.2.${index}` }).catch((error: unknown) => error),
    )
    const codes = (await Promise.all(guesses)).map((error) =>
      error instanceof Error && 'code' in error ? error.code : '',
    )
    expect(codes.filter((code) => code === 'IDENTITY_SIGN_IN_FAILED')).toHaveLength(10)
    await expect(signIn()).rejects.toMatchObject({
      code: 'IDENTITY_TOO_MANY_ATTEMPTS',
      status: 429,
      details: { retryAfterSeconds: 900 },
    })
    host.pass(15 * MINUTE)
    await signIn()
  })

  it('makes an address wait whatever accounts it tries, an IPv6 network as a whole', async () => {
    await host.admin()
    for (let index = 0; index < 50; index += 1) {
      const request = { email: `x${index}@example.com`, remoteAddress: `2001:db8::${index.toString(16)}` }
      await expect(signIn(request)).rejects.toMatchObject({ code: 'IDENTITY_SIGN_IN_FAILED' })
    }
    await expect(signIn({ remoteAddress: '2001:db8::ffff' })).rejects.toMatchObject({ status: 429 })
    await signIn({ remoteAddress: '2001:db8:0:1::1' })
  })

  it('does not count a success', async () => {
    await host.admin()
    for (let index = 0; index < 12; index += 1) await signIn()
  })

  it('is audited without what was typed', async () => {
    await host.admin()
    await expect(signIn({ email: 'my secret password', password: 'my secret password' })).rejects.toThrow()
    await signIn()
    expect(host.events.map((event) => [event.action, event.outcome])).toEqual([
      ['user.created', 'ok'],
      ['user.signed-in', 'ok'],
      ['user.sign-in-failed', 'denied'],
      ['user.signed-in', 'ok'],
    ])
    expect(JSON.stringify(host.events)).not.toContain('secret password')
  })
})
