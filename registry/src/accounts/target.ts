/** What is acted on: a package (`@acme/weather`, `left-pad`) or everything of a publisher (`@acme`). */
export type Target = string

/** The publisher of a target, or `undefined` for a package without a scope. */
export function publisherOfTarget(target: Target): string | undefined {
  return /^@([^/]+)/.exec(target)?.[1]
}
