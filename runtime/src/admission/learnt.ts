import type { PluginManifest, PromptContribution, ResourceContribution, ToolContribution } from '@nexus/plugin-api'
import { admissionError } from './errors.ts'

/** Tools, resources or prompts that one adapter may define at run time. */
const MAX_LEARNT = 2_000

type LearntList = 'tools' | 'resources' | 'prompts'

/** What an adapter defined at run time, each list in the order of its names. */
export interface LearntEntries {
  readonly tools: readonly ToolContribution[]
  readonly resources: readonly ResourceContribution[]
  readonly prompts: readonly PromptContribution[]
}

/** What an adapter learns while it runs. */
export interface Learnt {
  readonly list: () => LearntEntries
  defineTool(tool: ToolContribution): void
  withdrawTool(name: string): void
  defineResource(resource: ResourceContribution): void
  withdrawResource(name: string): void
  definePrompt(prompt: PromptContribution): void
  withdrawPrompt(name: string): void
  onChange(listener: (list: LearntList) => void): void
}

const MANIFEST_WORDS = { tools: 'toolsDynamic', resources: 'resourcesDynamic', prompts: 'promptsDynamic' } as const

function mayLearn({ contributes }: PluginManifest, list: LearntList): boolean {
  return Object.entries(contributes).some(([name, value]) => name === MANIFEST_WORDS[list] && value === true)
}

/** Whether an adapter may define anything at run time. */
export function learnsAnything(manifest: PluginManifest): boolean {
  return (['tools', 'resources', 'prompts'] as const).some((list) => mayLearn(manifest, list))
}

/** Takes what the manifest lets an adapter define; a name that is taken, by the manifest too, is refused. */
export function createLearnt(manifest: PluginManifest): Learnt {
  let tell: (list: LearntList) => void = () => undefined
  const tools = new Entries<ToolContribution>(manifest, 'tools', (list) => tell(list))
  const resources = new Entries<ResourceContribution>(manifest, 'resources', (list) => tell(list))
  const prompts = new Entries<PromptContribution>(manifest, 'prompts', (list) => tell(list))
  return {
    list: () => ({ tools: tools.sorted(), resources: resources.sorted(), prompts: prompts.sorted() }),
    defineTool: (tool) => tools.define(tool),
    withdrawTool: (name) => tools.withdraw(name),
    defineResource: (resource) => resources.define(resource),
    withdrawResource: (name) => resources.withdraw(name),
    definePrompt: (prompt) => prompts.define(prompt),
    withdrawPrompt: (name) => prompts.withdraw(name),
    onChange(listener) {
      tell = listener
    },
  }
}

class Entries<Entry extends { readonly name: string }> {
  readonly #manifest: PluginManifest
  readonly #list: LearntList
  readonly #changed: (list: LearntList) => void
  readonly #fixed: ReadonlySet<string>
  readonly #entries = new Map<string, Entry>()

  constructor(manifest: PluginManifest, list: LearntList, changed: (list: LearntList) => void) {
    this.#manifest = manifest
    this.#list = list
    this.#changed = changed
    const { contributes } = manifest
    const fixed = list in contributes ? Object.entries(contributes).find(([name]) => name === list)?.[1] : []
    this.#fixed = new Set(Array.isArray(fixed) ? fixed.map((entry: { readonly name: string }) => entry.name) : [])
  }

  sorted(): readonly Entry[] {
    return [...this.#entries.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1))
  }

  define(entry: Entry): void {
    if (!mayLearn(this.#manifest, this.#list))
      throw admissionError(
        'CONTRIBUTION_UNKNOWN',
        `Expected \`${MANIFEST_WORDS[this.#list]}\` in the manifest of ${this.#manifest.id}, found \`${entry.name}\` defined at run time.`,
      )
    if (this.#entries.has(entry.name) || this.#fixed.has(entry.name))
      throw admissionError(
        'CONTRIBUTION_TWICE',
        `Expected a new name among the ${this.#list}, found \`${entry.name}\`.`,
      )
    if (this.#entries.size >= MAX_LEARNT)
      throw admissionError(
        'CONTRIBUTION_TOO_MANY',
        `Expected at most ${MAX_LEARNT} ${this.#list} of ${this.#manifest.id}, found more.`,
      )
    this.#entries.set(entry.name, entry)
    this.#changed(this.#list)
  }

  withdraw(name: string): void {
    if (this.#entries.delete(name)) this.#changed(this.#list)
  }
}
