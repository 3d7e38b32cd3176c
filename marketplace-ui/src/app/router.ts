import { Store } from '../state/store.ts'

/** Where the person is: everything a screen needs is in the URL, so every view can be linked. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

const here = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) })

export const place = new Store<Place>(here())

addEventListener('popstate', () => place.set(here()))

/** Goes to another address of the app. `replace` leaves no entry in the history, for filters while typing. */
export function go(address: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(undefined, '', address)
  else history.pushState(undefined, '', address)
  place.set(here())
}

/** Changes parts of the query and keeps the rest, so that a filtered list can be shared. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name)
    else query.set(name, value)
  }
  go(query.size > 0 ? `${location.pathname}?${query.toString()}` : location.pathname, { replace: true })
}

/** Lets plain links do client-side navigation; anything with a modifier or another target stays with the browser. */
export function followLinks(root: EventTarget): void {
  root.addEventListener('click', (event) => {
    if (!(event instanceof MouseEvent) || event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement)
    if (!link || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin || link.getAttribute('href')?.startsWith('#')) return
    event.preventDefault()
    if (link.href !== location.href) go(link.pathname + link.search)
  })
}

/** Only addresses of this app: anything else would make the sign-in page an open redirect. */
export function safeReturn(next: string): string {
  return /^\/(?![/\\])/.test(next) ? next : '/'
}
