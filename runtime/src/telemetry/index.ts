export { createCallMeter, type CallMeter, type CallReadings, type CallSummary, type ToolCall } from './calls.ts'
export { createLogger, type Logger, type LoggerOptions } from './logger.ts'
export { createPluginLog, type LogLine, type PluginLog } from './plugin-log.ts'
