export { exportMirror } from './export-mirror.ts'
export { importMirror } from './import-mirror.ts'
export { serveMirror } from './serve-mirror.ts'
