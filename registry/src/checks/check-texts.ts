import type { PluginManifest } from '@nexus/plugin-api'
import { MANIFEST_FILE } from '../bundle/contents.ts'
import { type Finding, finding } from './finding.ts'
import { BLANK_RUN } from './limits.ts'

/** Texts that speak to a model over the head of the person who reads them. */
const INSTRUCTIONS: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'an order to ignore other instructions',
    /\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|earlier|above|other|all|any|system)\b.{0,30}\b(?:instructions?|prompts?|rules?|messages?)\b/is,
  ],
  [
    'an order to keep something from the user',
    /\b(?:do not|don't|never|without)\b.{0,20}\b(?:tell|telling|mention|mentioning|inform|informing|notify|notifying|reveal|revealing|show|asking|alert)\b.{0,30}\b(?:the )?(?:user|human|person|anyone)\b/is,
  ],
  [
    'a block that poses as the system',
    /<\/?(?:important|system|instructions?|secret|hidden|admin|assistant)>|\[(?:system|inst|important)\]|<\|(?:im_start|system|user)\|>/i,
  ],
  [
    'an order to use another tool first',
    /\b(?:before|after|instead of|prior to)\b.{0,20}\b(?:using|calling|running|invoking|every|any)\b.{0,60}\b(?:you must|always|first|must first)\b.{0,40}\b(?:read|call|send|invoke|pass|include)\b/is,
  ],
  [
    'a private file of the reader',
    /(?:~|\/home\/\w+|\$HOME)?\/?\.(?:ssh\/|aws\/|cursor\/mcp\.json|env\b)|\bid_rsa\b|\/etc\/(?:passwd|shadow)\b/,
  ],
]

const SUSPICIONS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a comment that rendering hides', /<!--/],
  [
    'a blank run that pushes text out of sight',
    new RegExp(`[ \\t]{${BLANK_RUN},}\\S|(?:\\n[ \\t]*){${BLANK_RUN},}\\S`),
  ],
  ['a long encoded text', /[A-Za-z0-9+/]{120,}={0,2}/],
  [
    'letters of two scripts in one word',
    /[a-zA-Z][\u0400-\u04FF]|[\u0400-\u04FF][a-zA-Z]|[a-zA-Z][\u0370-\u03FF]|[\u0370-\u03FF][a-zA-Z]/,
  ],
]

/** Looks at every text of the manifest that a model or a person reads. */
export function checkTexts(manifest: PluginManifest): readonly Finding[] {
  return [...textsOf(manifest.contributes, 'contributes'), ...textsOf(shownTexts(manifest), '')].flatMap(
    ([path, text]) => {
      const place = { file: MANIFEST_FILE }
      const instructs = INSTRUCTIONS.find(([, pattern]) => pattern.test(text))
      if (instructs !== undefined)
        return finding('TEXT_INSTRUCTS', place, `Expected a description in \`${path}\`, found ${instructs[0]}.`)
      const suspicious = SUSPICIONS.find(([, pattern]) => pattern.test(text))
      if (suspicious === undefined) return []
      return finding('TEXT_SUSPICIOUS', place, `Expected plain words in \`${path}\`, found ${suspicious[0]}.`)
    },
  )
}

function shownTexts({ displayName, description, permissions, optionalPermissions, config }: PluginManifest) {
  return { displayName, description, permissions, optionalPermissions, config }
}

/** Every text below a value with where it is; pictures are no texts. */
function* textsOf(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [path, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'icons') yield* textsOf(member, path === '' ? key : `${path}.${key}`)
  }
}
