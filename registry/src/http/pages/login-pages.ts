import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Router } from '@koa/router'
import { errorCode } from '@nexus/plugin-api'
import type { Context } from 'koa'
import { z } from 'zod'
import { checkSignIn } from '../../accounts/login.ts'
import { signUp } from '../../accounts/sign-up.ts'
import { decideWebLogin, findWebLogin } from '../../accounts/web-login.ts'
import { registryError } from '../../errors.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { WebLoginRow } from '../../store/rows/account-rows.ts'
import { callerOf } from '../caller.ts'
import { loginPage, messagePage } from './login-view.ts'
import { readForm } from './read-form.ts'
import { type Texts, chooseLanguage } from './texts.ts'

const PATH = '/login/:comparison/:id'
const COOKIE = 'nexus-login'
const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const STYLE = readFileSync(new URL('login.css', import.meta.url), 'utf8')

const form = z.object({
  form: z.string().max(100),
  decision: z.enum(['allow', 'deny']),
  mode: z.enum(['sign-in', 'sign-up']),
  confirmed: z.string().max(10).default(''),
  name: z.string().max(64).default(''),
  password: z.string().max(1024).default(''),
  otp: z.string().trim().max(30).default(''),
  email: z.string().trim().max(254).default(''),
  invite: z.string().trim().max(64).default(''),
})

type Form = z.infer<typeof form>

/** Which refusal is told with which words; any other ends the sign-in. */
const PROBLEMS: Readonly<Record<string, keyof Texts>> = {
  CREDENTIALS_WRONG: 'wrong',
  SECOND_FACTOR_WRONG: 'wrong',
  SECOND_FACTOR_REQUIRED: 'codeNeeded',
  SIGN_IN_TOO_OFTEN: 'tooOften',
  ACCOUNT_EXISTS: 'taken',
  ACCOUNT_NAME_INVALID: 'nameInvalid',
  PASSWORD_REFUSED: 'passwordRefused',
  INVITE_INVALID: 'inviteInvalid',
}

/** The address that a person opens to decide a sign-in. */
export function loginUrl(publicUrl: string, login: { readonly id: string; readonly comparison: string }): string {
  return `${publicUrl}/login/${login.comparison}/${login.id}`
}

/** The pages on which a person decides a sign-in that began at a terminal. They need no script. */
export function serveLoginPages(router: Router, store: RegistryStore): void {
  router.get('/login/style.css', (context) => {
    context.set('cache-control', 'public, max-age=3600')
    context.type = 'text/css'
    context.body = STYLE
  })
  router.get(PATH, (context) =>
    guarded(context, store, async (login) => {
      show(context, store, login, { mode: context.query['new'] === undefined ? 'sign-in' : 'sign-up', name: '' })
    }),
  )
  router.post(PATH, (context) => guarded(context, store, (login) => decide(context, store, login)))
}

async function guarded(
  context: Context,
  store: RegistryStore,
  work: (login: WebLoginRow) => Promise<void>,
): Promise<void> {
  context.set('content-security-policy', POLICY)
  context.set('referrer-policy', 'no-referrer')
  context.set('cross-origin-opener-policy', 'same-origin')
  context.vary('accept-language')
  try {
    const { id, comparison } = z.object({ id: z.string(), comparison: z.string() }).parse(context['params'])
    await work(await findWebLogin(store, id, comparison))
  } catch (error) {
    if (errorCode(error) !== 'WEB_LOGIN_GONE') throw error
    const { language, texts } = languageOf(context)
    context.status = 404
    answer(context, messagePage(language, texts.goneHeading, texts.goneText))
  }
}

async function decide(context: Context, store: RegistryStore, login: WebLoginRow): Promise<void> {
  const { language, texts } = languageOf(context)
  const parsed = form.safeParse(await readForm(context))
  if (!parsed.success) throw registryError('REQUEST_INVALID', 'Expected the fields of this form, found others.')
  const request = parsed.data
  if (!isOwnForm(context, store, login, request.form)) {
    return show(context, store, login, { ...request, problem: texts.foreign }, 403)
  }
  if (request.decision === 'deny') {
    await decideWebLogin(store, login, { state: 'denied' })
    store.accounts.report('login.denied', { address: login.address })
    return answer(context, messagePage(language, texts.deniedHeading, texts.deniedText))
  }
  if (request.confirmed !== 'yes') return show(context, store, login, { ...request, problem: texts.unconfirmed }, 422)
  try {
    await approve(context, store, login, request)
  } catch (error) {
    const problem = PROBLEMS[errorCode(error) ?? '']
    if (problem === undefined) throw error
    return show(context, store, login, { ...request, problem: texts[problem] }, 422)
  }
  answer(context, messagePage(language, texts.doneHeading, texts.doneText))
}

async function approve(context: Context, store: RegistryStore, login: WebLoginRow, request: Form): Promise<void> {
  const { address } = callerOf(context)
  const { name, password, otp, email, invite } = request
  const account =
    request.mode === 'sign-up'
      ? await signUp(store, { name, password, email, invite: invite || undefined, address })
      : await checkSignIn(store, { name, password, otp: otp || undefined, address })
  await decideWebLogin(store, login, { state: 'approved', accountId: account.id })
  store.accounts.report('login.allowed', { account: account.name, browser: address, terminal: login.address })
}

function show(
  context: Context,
  store: RegistryStore,
  login: WebLoginRow,
  view: { readonly mode: 'sign-in' | 'sign-up'; readonly name: string; readonly problem?: string },
  status = 200,
): void {
  const { mode, name, problem } = view
  context.status = status
  const formToken = formTokenOf(store, login, context.cookies.get(COOKIE) ?? giveCookie(context))
  const { address } = callerOf(context)
  const shown = {
    ...languageOf(context),
    login,
    formToken,
    address,
    mode,
    signUp: store.accounts.signUp,
    name,
    problem,
  }
  answer(context, loginPage(shown))
}

/** A cookie that no script reads and no other site sends: what binds the form to the browser it was shown to. */
function giveCookie(context: Context): string {
  const value = randomBytes(18).toString('base64url')
  const secure = callerOf(context).publicUrl.startsWith('https:')
  context.set('set-cookie', `${COOKIE}=${value}; Path=/login; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`)
  return value
}

function isOwnForm(context: Context, store: RegistryStore, login: WebLoginRow, token: string): boolean {
  const site = context.get('sec-fetch-site')
  const cookie = context.cookies.get(COOKIE)
  if (cookie === undefined || (site !== '' && site !== 'same-origin')) return false
  const expected = Buffer.from(formTokenOf(store, login, cookie))
  const found = Buffer.from(token)
  return expected.length === found.length && timingSafeEqual(expected, found)
}

function formTokenOf(store: RegistryStore, login: WebLoginRow, cookie: string): string {
  return createHmac('sha256', store.accounts.sealKey).update(`form ${login.id} ${cookie}`).digest('base64url')
}

function languageOf(context: Context) {
  return chooseLanguage((...languages) => context.acceptsLanguages(...languages))
}

function answer(context: Context, page: string): void {
  context.type = 'text/html; charset=utf-8'
  context.body = page
}
