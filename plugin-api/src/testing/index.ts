export { assert, openPlugin, test, type Assert, type TestFunction } from './test-kit.ts'
export type {
  CallAnswer,
  ClientAnswers,
  FakeTool,
  LoggedLine,
  NetworkAnswer,
  NetworkHandler,
  OpenPluginOptions,
  OutgoingRequest,
  SentEvent,
  SentRequest,
  TestClock,
  TestedPlugin,
} from './tested-plugin.ts'
