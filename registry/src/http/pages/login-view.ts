import type { WebLoginRow } from '../../store/rows/account-rows.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts.ts'

export interface LoginView {
  readonly language: string
  readonly texts: Texts
  readonly login: WebLoginRow
  /** Ties the form to the browser that it was shown to. */
  readonly formToken: string
  /** Where the browser comes from. */
  readonly address: string
  readonly mode: 'sign-in' | 'sign-up'
  readonly signUp: 'open' | 'invite' | 'closed'
  readonly name: string
  readonly problem?: string | undefined
}

/** A page around some content. */
export function page(language: string, title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="/login/style.css" />
      </head>
      <body>
        <main>
          <p class="brand"><b>Nexus</b> Registry</p>
          ${content}
        </main>
      </body>
    </html>`.markup
}

/** A page that only says something. */
export function messagePage(language: string, heading: string, text: string): string {
  return page(
    language,
    heading,
    html`<h1>${heading}</h1>
      <p>${text}</p>`,
  )
}

/** The form in which a person decides a sign-in that began at a terminal. */
export function loginPage(view: LoginView): string {
  const { texts, login, mode } = view
  const isNew = mode === 'sign-up'
  return page(
    view.language,
    texts.title,
    html`<h1>${isNew ? texts.createHeading : texts.heading}</h1>
      <p>${texts.asked} ${texts.compare}</p>
      <p class="code">${login.comparison}</p>
      <dl>
        <dt>${texts.from}</dt>
        <dd>${login.address}</dd>
        <dt>${texts.program}</dt>
        <dd>${login.userAgent || '?'}</dd>
      </dl>
      ${login.address !== view.address && html`<p class="note">${texts.otherAddress}</p>`}
      ${view.problem !== undefined && html`<p class="note problem" role="alert">${view.problem}</p>`}
      <form method="post" autocomplete="on">
        <input type="hidden" name="form" value="${view.formToken}" />
        <input type="hidden" name="mode" value="${mode}" />
        ${isNew ? signUpFields(view) : signInFields(view)}
        <label class="check"
          ><input type="checkbox" name="confirmed" value="yes" required /><span>${texts.confirm}</span></label
        >
        <button name="decision" value="allow">${isNew ? texts.create : texts.allow}</button>
        <button class="plain" name="decision" value="deny" formnovalidate>${texts.deny}</button>
      </form>
      ${footer(view)}`,
  )
}

function signInFields({ texts, name }: LoginView): Html {
  return html`${field(texts.name, html`<input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required />`)}
  ${field(texts.password, html`<input name="password" type="password" autocomplete="current-password" maxlength="256" required />`)}
  ${field(texts.code, html`<input name="otp" autocomplete="one-time-code" inputmode="text" autocapitalize="none" spellcheck="false" maxlength="30" />`, texts.codeHint)}`
}

function signUpFields({ texts, name, signUp }: LoginView): Html {
  return html`${field(texts.name, html`<input name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required />`)}
  ${field(texts.email, html`<input name="email" type="email" autocomplete="email" maxlength="254" required />`)}
  ${field(texts.password, html`<input name="password" type="password" autocomplete="new-password" minlength="10" maxlength="256" required />`, texts.passwordHint)}
  ${signUp === 'invite' && field(texts.invite, html`<input name="invite" autocomplete="off" maxlength="64" required />`)}`
}

function field(label: string, input: Html, hint?: string): Html {
  return html`<label><span>${label}</span>${input}${hint !== undefined && html`<small>${hint}</small>`}</label>`
}

function footer({ texts, mode, signUp }: LoginView): Html {
  if (mode === 'sign-up') return html`<p class="foot"><a href="?">${texts.haveAccount}</a></p>`
  return signUp === 'closed' ? html`` : html`<p class="foot"><a href="?new=1">${texts.noAccount}</a></p>`
}
