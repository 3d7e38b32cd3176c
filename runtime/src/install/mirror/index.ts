export { type WantedRelease, exportMirror } from './export-mirror.ts'
export { importMirror, mirrorFolder } from './import-mirror.ts'
export { serveMirror } from './serve-mirror.ts'
