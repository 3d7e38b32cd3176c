// Completes the lockfile after `npm install`: npm leaves out optional packages of other platforms that it did not see, and
// `npm ci` then refuses on every platform. Each missing one is added with the exact version its parent names. The folder is
// the first argument, by default this one.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const path = resolve(process.argv[2] ?? '.', 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))
const { packages } = lock
const EXACT = /^\d+\.\d+\.\d+/
const PLATFORM = /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64)/

/** What npm reads to know that a package is not for this machine. */
function platformOf(name) {
  const [, os, cpu] = PLATFORM.exec(name) ?? []
  if (os === undefined) return name.includes('wasm32') ? { cpu: ['wasm32'] } : {}
  const libc = name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined
  return { os: [os], cpu: [cpu], ...(os === 'linux' && libc !== undefined ? { libc } : {}) }
}

let added = 0
for (const [parent, { optionalDependencies = {}, dev, license }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const nested = `${parent}/node_modules/${name}`
    const hoisted = `node_modules/${name}`
    const fits = (key) => packages[key] !== undefined && (packages[key].version === version || !EXACT.test(version))
    if (!EXACT.test(version) || fits(nested) || (packages[nested] === undefined && fits(hoisted))) continue
    const key = packages[hoisted] === undefined ? hoisted : nested
    packages[key] = { version, ...(dev ? { dev } : {}), license, optional: true, ...platformOf(name) }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).toSorted(([left], [right]) => (left < right ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
process.stdout.write(`Added ${added} optional packages of other platforms.\n`)
