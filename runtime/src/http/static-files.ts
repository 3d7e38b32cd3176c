import { createHash } from 'node:crypto'
import { type Dirent, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { Context, Middleware } from 'koa'
import { httpError } from './errors.ts'
import { allowUi } from './headers.ts'
import { ASSET_SECONDS, UI_FILE_BYTES } from './limits.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** A bundler's content hash in the name: the content behind such a name never changes. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/

interface StaticFile {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
}

/**
 * Serves the built UI. The folder is read once, at start; a request only looks up a name in the table made then and
 * never becomes a path of the file system, so that there is nothing to traverse.
 */
export function createStaticFiles(folder: string | undefined): Middleware {
  const files = folder === undefined ? new Map<string, StaticFile>() : readFolder(folder)
  return async (ctx, next) => {
    const file = find(files, ctx)
    if (file === undefined) await next()
    else send(ctx, file)
  }
}

function find(files: ReadonlyMap<string, StaticFile>, ctx: Context): StaticFile | undefined {
  const readable = ctx.method === 'GET' || ctx.method === 'HEAD'
  if (!readable || isMachinePath(ctx.path)) return undefined
  if (ctx.path === '/' && files.size === 0) {
    throw httpError(
      'HTTP_UI_MISSING',
      'Expected the built user interface, found none. Build it and start again; the API works without it.',
    )
  }
  return files.get(ctx.path) ?? (isClientRoute(ctx) ? files.get('/index.html') : undefined)
}

function send(ctx: Context, file: StaticFile): void {
  allowUi(ctx)
  ctx.set('Cache-Control', file.cacheControl)
  ctx.set('ETag', file.etag)
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  ctx.type = file.type
  ctx.body = file.body
}

/** A path that the UI's own router shows: no file extension, asked for by a browser's navigation. */
function isClientRoute(ctx: Context): boolean {
  return ctx.path === '/' || (extname(ctx.path) === '' && ctx.get('accept').includes('text/html'))
}

function isMachinePath(path: string): boolean {
  return /^\/(api|mcp|v|\.well-known)(\/|$)/.test(path)
}

function readFolder(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  for (const entry of listFolder(folder)) {
    const type = TYPES[extname(entry.name)]
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || type === undefined || statSync(path).size > UI_FILE_BYTES) continue
    const body = readFileSync(path)
    const name = `/${relative(folder, path).split(sep).join('/')}`
    const cacheControl = HASHED.test(name) ? `public, max-age=${ASSET_SECONDS}, immutable` : 'no-cache'
    files.set(name, {
      body,
      type,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
      cacheControl,
    })
  }
  return files
}

function listFolder(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    // No folder is the state before the first build; anything else must be seen.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
