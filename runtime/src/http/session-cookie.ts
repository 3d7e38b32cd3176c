import type { Context } from 'koa'

/** Reads and writes the session cookie. */
export interface SessionCookie {
  read(ctx: Context): string | undefined
  write(ctx: Context, secret: string, expiresAt: Date): void
  clear(ctx: Context): void
}

/** With https the name carries the `__Host-` prefix, so that no other name of the domain can set or read it. */
export function createSessionCookie(https: boolean): SessionCookie {
  const name = https ? '__Host-nexus' : 'nexus'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`
  return {
    read(ctx) {
      const pairs = ctx.get('cookie').split(';')
      const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${name}=`))
      const value = found?.slice(name.length + 1)
      return value === undefined || value === '' ? undefined : value
    },
    write(ctx, secret, expiresAt) {
      ctx.set('Set-Cookie', `${name}=${secret}; ${attributes}; Expires=${expiresAt.toUTCString()}`)
    },
    clear(ctx) {
      ctx.set('Set-Cookie', `${name}=; ${attributes}; Max-Age=0`)
    },
  }
}
