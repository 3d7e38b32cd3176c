import { createErrorFactory } from '@nexus/plugin-api'

export const startErrors = {
  DATA_FOLDER_UNUSABLE: { fault: 'caller', status: 500, title: 'The data folder cannot be used' },
  DATA_FOLDER_IN_USE: { fault: 'caller', status: 500, title: 'Another host uses this data folder' },
  PORT_IN_USE: { fault: 'caller', status: 500, title: 'The port is taken' },
  LISTEN_FAILED: { fault: 'caller', status: 500, title: 'The host cannot listen' },
} as const

export const startError = createErrorFactory(startErrors)
