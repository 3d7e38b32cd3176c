export { createScheduler, type Scheduled, type ScheduleReading, type Scheduler } from './scheduler.ts'
