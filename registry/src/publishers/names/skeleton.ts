/** Pairs and signs that are read as another letter; the longer first. */
const CONFUSABLES: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/0/g, 'o'],
  [/[1|!]/g, 'l'],
  [/3/g, 'e'],
  [/5/g, 's'],
]

/**
 * What is left of a name when case, separators, the scope's marks and signs that look alike are taken away: `@acme/web`,
 * `acme-web` and `acrne_web` have one skeleton.
 */
export function skeletonOf(name: string): string {
  return CONFUSABLES.reduce((text, [sign, letter]) => text.replaceAll(sign, letter), lettersOf(name))
}

/** The name without case, separators and the scope's marks. */
export function lettersOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^a-z0-9|!]/g, '')
}

/** The name without what people add to make another of it: `node-`, `-js`, `.js`, `-npm`. */
export function coreOf(name: string): string {
  const bare = name.toLowerCase().replace(/^node[-_.]?(?=[a-z0-9]{4})/, '')
  return skeletonOf(bare.replace(/(?:(?<=[a-z0-9]{2})[-_.]|(?<=[a-z0-9]{3}))(?:js|npm|node)$/, ''))
}
