// The program of a child process that answers texts over its descriptor 3: `isolate` runs the handler in an isolate,
// `bare` runs it as it is. No limits, no watch, no capabilities, nothing around the process.
import { Socket } from 'node:net'
import { openIsolateEcho } from './isolate-echo.ts'
import { echoHere } from './contender.ts'
import { speakTexts } from './text-frames.ts'

const CHANNEL_DESCRIPTOR = 3

const echo = process.argv[2] === 'isolate' ? (await openIsolateEcho()).echo : echoHere
const socket = new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true })
const send = speakTexts(socket, (id, payload) => void echo(payload).then((text) => send(id, text)))
// Whoever started this is gone.
socket.on('close', () => process.exit())
