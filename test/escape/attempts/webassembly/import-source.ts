import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no module of WebAssembly can be imported',
  module: "import source wasm from './x.wasm'; export default { activate() {} }",
  startCode: 'SANDBOX_START_FAILED',
})
