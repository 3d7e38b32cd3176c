import { databaseError } from './errors.ts'

/** Where a database is. */
export type DatabaseLocation =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | { readonly dialect: 'postgres'; readonly url: string }

/** Reads a database URL. The URL may hold a password: no error repeats it. */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length)
    if (path !== '') return { dialect: 'sqlite', path }
  } else if (/^postgres(ql)?:\/\/./.test(url) && URL.canParse(url)) {
    return { dialect: 'postgres', url }
  }
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0] ?? 'no scheme'
  throw databaseError(
    'DATABASE_URL_INVALID',
    `Expected a database URL \`sqlite:<path>\`, \`sqlite::memory:\` or \`postgres://…\`, found one with ${scheme}.`,
  )
}
