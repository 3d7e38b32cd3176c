import type { Command } from 'commander'
import type { CommandHost } from '../command-context.ts'
