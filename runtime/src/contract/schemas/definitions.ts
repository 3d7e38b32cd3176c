import { z } from 'zod'
import { id, isoDate } from './common.ts'

/** What is reviewed of a server: a tool, a prompt, or its instructions (then without a name). */
const definitionKind = z.enum(['tool', 'prompt', 'instructions'])
const definitionName = z.string().max(1024)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

/** Why a person should look at a definition before a model does. */
export const definitionFlag = z.object({
  code: z.string(),
  /** Where in the definition (RFC 6901). */
  path: z.string(),
  /** What was found there; hidden characters are written out, as `⟨U+200B⟩`. */
  found: z.string(),
})

/** A definition that a server states and that nobody has agreed to. */
export const definitionView = z.object({
  upstreamId: z.string(),
  installationId: id,
  pluginId: z.string(),
  /** Of the upstream. */
  label: z.string(),
  kind: definitionKind,
  name: definitionName,
  /** Changed against what was agreed to, or not there before. */
  change: z.enum(['new', 'changed']),
  /** Names exactly what is shown: a decision is about this and nothing else. */
  digest,
  heldAt: isoDate,
  flags: z.array(definitionFlag),
  /** A person has said no to it; it waits for nobody. */
  rejected: z.boolean(),
  /** What clients get meanwhile. */
  served: z.enum(['old', 'nothing']),
  /** Lines of the indented definition, hidden characters written out. */
  diff: z.array(z.object({ change: z.enum(['same', 'removed', 'added']), text: z.string() })),
})

export const definitionList = z.object({
  items: z.array(definitionView),
  /** All that is held, also what is not among the items. */
  total: z.int(),
})

export const definitionReference = z.strictObject({
  upstreamId: z.string().min(1).max(200),
  kind: definitionKind,
  name: definitionName,
  digest,
})

export const definitionDecision = z.strictObject({
  verdict: z.enum(['approve', 'reject']),
  items: z.array(definitionReference).min(1).max(500),
})

export const definitionDecided = z.object({
  decided: z.int(),
  /** Those that were decided or had changed meanwhile. */
  refused: z.array(
    z.object({ upstreamId: z.string(), kind: definitionKind, name: z.string(), code: z.string(), message: z.string() }),
  ),
})

/** How many definitions wait for a person. */
export const definitionCount = z.object({ waiting: z.int().min(0) })

/** How changed definitions of an installation are met. */
export const definitionSetting = z.object({
  /** `auto` lets through what nothing is flagged in. */
  approval: z.enum(['auto', 'hold']),
  /** What clients get in place of a changed definition until somebody agrees: the old one, or none. */
  served: z.enum(['old', 'withdrawn']),
})

export const definitionSettingChange = definitionSetting.partial().strict()
