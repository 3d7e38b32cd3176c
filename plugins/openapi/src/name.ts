import { MAX_NAME } from './limits.ts'

/** Makes names of 1 to 64 of `A-Z a-z 0-9 _ -`, each one only once. */
export function createNamer(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    const base = sanitize(wanted)
    let name = base
    for (let index = 2; taken.has(name); index++) {
      const suffix = `_${index}`
      name = `${base.slice(0, MAX_NAME - suffix.length)}${suffix}`
    }
    taken.add(name)
    return name
  }
}

function sanitize(wanted: string): string {
  const plain = wanted
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[_-]+$/, '')
  return plain === '' ? 'value' : plain
}
