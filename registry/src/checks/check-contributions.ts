import type { PluginManifest } from '@nexus/plugin-api'
import { type CodeCall, type CodeFacts, callsMember, lineAt } from './code-facts.ts'
import { type Finding, finding } from './finding.ts'

/** Compares what code serves with what the signed manifest says that it serves. */
export function checkContributions(code: string, facts: CodeFacts, manifest: PluginManifest): readonly Finding[] {
  const texts = new Set(facts.texts.map(({ value }) => value))
  return Object.entries(declaredNames(manifest)).flatMap(([point, declared]) => {
    const calls = facts.calls.filter((call) => callsMember(call, point, 'handle'))
    return [...undeclared(code, manifest, { point, declared, calls }), ...notServed(point, declared, calls, texts)]
  })
}

/** Names that `context.<point>.handle(name)` takes, by point. */
function declaredNames({ contributes, permissions, optionalPermissions }: PluginManifest) {
  const namesOf = (entries: readonly { readonly name: string }[] | undefined) => (entries ?? []).map(({ name }) => name)
  return {
    tools: namesOf('tools' in contributes ? contributes.tools : undefined),
    resources: namesOf('resources' in contributes ? contributes.resources : undefined),
    prompts: namesOf('prompts' in contributes ? contributes.prompts : undefined),
    policies: namesOf('policies' in contributes ? contributes.policies : undefined),
    schedule: [...namesOf(permissions.schedules), ...namesOf(optionalPermissions.schedules)],
  }
}

function undeclared(
  code: string,
  { main }: PluginManifest,
  served: { readonly point: string; readonly declared: readonly string[]; readonly calls: readonly CodeCall[] },
): readonly Finding[] {
  return served.calls.flatMap(({ text, at }) => {
    if (text === undefined || served.declared.includes(text)) return []
    return finding(
      'CONTRIBUTION_UNDECLARED',
      { file: main, line: lineAt(code, at) },
      `Expected \`${text.slice(0, 64)}\` among the manifest's ${served.point}, found none: starting will fail.`,
    )
  })
}

/** Only when the name is nowhere in the code: it may be served by a variable. */
function notServed(
  point: string,
  declared: readonly string[],
  calls: readonly CodeCall[],
  texts: ReadonlySet<string>,
): readonly Finding[] {
  if (calls.some(({ text }) => text === undefined)) return []
  return declared
    .filter((name) => !texts.has(name))
    .map((name) =>
      finding(
        'CONTRIBUTION_NOT_SERVED',
        { file: 'nexus.plugin.json' },
        `Expected code that serves \`${name}\` of the manifest's ${point}, found none.`,
      ),
    )
}
