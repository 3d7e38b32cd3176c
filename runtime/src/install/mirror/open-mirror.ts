import { open, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type LogHead,
  type LogPage,
  type PluginDetail,
  type ReleaseDetail,
  type TrustRoot,
  logHead,
  logPage,
  registryRoutes as routes,
  trustRoot,
} from '@nexus/registry/contract'
import { type LogTree, createLogTree, hashLeaf } from '@nexus/registry/log'
import type { z } from 'zod'
import { isMissing } from '../durable-file.ts'
import { mirrorError } from './errors.ts'
import { MIRROR_LOG_PAGE } from './limits.ts'
import { isMirrorFile, mirrorPath } from './mirror-files.ts'

/** A mirror's folder, as a registry that can only be read. Nothing in it is believed for being there. */
export interface Mirror {
  readonly head: LogHead
  readonly tree: LogTree
  readonly plugins: readonly PluginDetail[]
  trustRoot(): Promise<TrustRoot>
  release(id: string, version: string): Promise<ReleaseDetail | undefined>
  /** Leaves from `start` on, at most those of one file. */
  entries(start: number): Promise<LogPage['items']>
  /** A metadata file or a target, as text. */
  text(path: string): Promise<string | undefined>
  openBlob(digest: string): Promise<Awaited<ReturnType<typeof open>> | undefined>
}

/** Opens a mirror. Reads its plugins and its log; releases and bundles when they are asked for. */
export async function openMirror(folder: string): Promise<Mirror> {
  const text = async (path: string): Promise<string | undefined> => {
    if (!isMirrorFile(path)) return undefined
    return readFile(join(folder, path), 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })
  }
  const read = async <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> => {
    const found = await text(path)
    return found === undefined ? undefined : parse(found, schema, path)
  }
  const head = await read(mirrorPath.logHead, logHead)
  if (head === undefined) throw mirrorError('MIRROR_MISSING', `Expected a mirror in ${folder}, found none. Import one.`)
  const tree = createLogTree()
  for (let start = 0; start < head.size; start += MIRROR_LOG_PAGE) {
    const page = await read(mirrorPath.logEntries(start), logPage)
    for (const { body } of page?.items ?? []) tree.add(hashLeaf(body))
  }
  return {
    head,
    tree,
    plugins: await readPlugins(folder, (path) => read(path, routes.plugin.response)),
    async trustRoot() {
      const found = await read(mirrorPath.trustRoot, trustRoot)
      if (found === undefined) throw mirrorError('MIRROR_CONTENT', 'Expected keys in the mirror, found none.')
      return found
    },
    release: (id, version) => read(mirrorPath.release(id, version), routes.release.response),
    entries: async (start) => {
      const first = start - (start % MIRROR_LOG_PAGE)
      const page = await read(mirrorPath.logEntries(first), logPage)
      return page?.items.slice(start - first) ?? []
    },
    text,
    openBlob: (digest) =>
      open(join(folder, mirrorPath.blob(digest)), 'r').catch((error: unknown) => {
        if (isMissing(error)) return undefined
        throw error
      }),
  }
}

async function readPlugins(
  folder: string,
  read: (path: string) => Promise<PluginDetail | undefined>,
): Promise<readonly PluginDetail[]> {
  const names = await readdir(join(folder, 'plugins'), { recursive: true }).catch(() => [])
  const files = names.filter((name) => name.endsWith('.json')).toSorted()
  const found = await Promise.all(files.map((name) => read(`plugins/${name.replaceAll('\\', '/')}`)))
  return found.filter((plugin) => plugin !== undefined)
}

function parse<Schema extends z.ZodType>(text: string, schema: Schema, path: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw mirrorError('MIRROR_CONTENT', `Expected ${path} as the registry’s contract has it, found something else.`, {
      details: { expected: path, found: cause instanceof Error ? cause.name : 'something else' },
      cause,
    })
  }
}
