import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'

/** Folder of this checkout or installed package. */
export const root = resolve(import.meta.dirname, '../../..')

/** Version of the host, as plugins ask for it in `engines.nexus`. */
export const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')))
