export { createCallMeter, type CallMeter, type CallReadings } from './calls.ts'
export { createLogger, type Logger } from './logger.ts'
export { createPluginLog, type LogLine, type PluginLog } from './plugin-log.ts'
