export { openBundleShelf } from './bundle-shelf.ts'
export { importErrors } from './errors.ts'
export { type Imports, createImports } from './imports.ts'
export { createSourceClient } from './source-client.ts'
