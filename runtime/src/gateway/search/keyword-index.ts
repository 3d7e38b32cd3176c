import MiniSearch from 'minisearch'
import type { Exposed } from '../router/view.ts'
import { type ToolText, textOf, words } from './tool-text.ts'

/** A tool and how well it fits; scores of two indexes cannot be compared. */
export interface Scored {
  readonly tool: Exposed
  readonly score: number
}

/** Finds tools by words, whole, begun or mistyped. */
export interface KeywordIndex {
  /** Best first. */
  find(query: string): readonly Scored[]
}

interface Entry extends ToolText {
  readonly id: number
}

const FIELDS: (keyof ToolText)[] = ['name', 'title', 'description', 'parameters', 'tags']
/** A tool's own name says most about it. */
const BOOST: Record<keyof ToolText, number> = { name: 4, title: 3, tags: 2, description: 1.5, parameters: 1 }

/** Short words are too easily mistaken for others. */
const fuzzy = (term: string): number | false => (term.length > 3 ? 0.25 : false)
const prefix = (term: string): boolean => term.length > 2

/** Tools that are indexed in one turn of the event loop; thousands at once would hold up every call. */
const TOOLS_PER_TURN = 100

/** Makes the index of exactly these tools: nothing else changes what a word is worth in it. */
export async function openKeywordIndex(tools: readonly Exposed[]): Promise<KeywordIndex> {
  const index = new MiniSearch<Entry>({ fields: FIELDS, tokenize: words })
  for (let from = 0; from < tools.length; from += TOOLS_PER_TURN) {
    if (from > 0) await new Promise(setImmediate)
    index.addAll(tools.slice(from, from + TOOLS_PER_TURN).map((tool, at) => ({ id: from + at, ...textOf(tool) })))
  }
  return {
    find(query) {
      return index.search(query, { boost: BOOST, fuzzy, prefix }).flatMap(({ id, score }) => {
        const tool: Exposed | undefined = tools[id]
        return tool === undefined ? [] : [{ tool, score }]
      })
    },
  }
}
