import { bundleError } from './errors.ts'

const NATIVE_NAME = /\.(?:node|so(?:\.[0-9.]+)?|dll|dylib|exe|scr|msi)$/i
/** How programs and libraries begin: ELF, Mach-O in both byte orders, Mach-O for several machines. */
const NATIVE_MAGIC = new Set(['7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', 'bebafeca'])

/** Refuses what a machine would run or load by itself, by name and by its first bytes. */
export function checkNative(path: string, bytes: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (!NATIVE_NAME.test(path) && !NATIVE_MAGIC.has(view.toString('hex', 0, 4)) && !isWindowsProgram(view)) return
  throw bundleError('BUNDLE_NATIVE_CODE', `Expected no native code, found \`${path}\`.`)
}

/** Two letters could begin a text as well: the header that they point to could not. */
function isWindowsProgram(bytes: Buffer): boolean {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 2) !== 'MZ') return false
  const at = bytes.readUInt32LE(60)
  return bytes.toString('latin1', at, at + 4) === 'PE\0\0'
}
