export { createCallMeter, type CallMeter, type CallReadings } from './calls.ts'
export { createHistogram, observe, quantile, type Histogram } from './histogram.ts'
export { createLogger, type Logger } from './logger.ts'
export {
  OPENMETRICS_TYPE,
  openMetricsText,
  type HistogramSample,
  type MetricFamily,
  type Sample,
} from './openmetrics.ts'
export { createPluginLog, type LogLine, type PluginLog } from './plugin-log.ts'
