export { createScheduler, type Scheduled, type ScheduleReading, type Scheduler } from './scheduler.ts'
export { isWithin, nextOpening, windowIssue, type TimeWindow } from './windows.ts'
