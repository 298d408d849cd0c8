/**
 * The process that cleans up after a throwaway server, however the process that started the server ends.
 *
 * Its standard input has a line with the server's process id each time the server is started (0: it has ended). When
 * the input ends, because the server is no longer wanted or because whoever held the other end died, it sends the
 * server the signal, waits until it is gone, and removes the folder.
 *
 *     node caretaker.ts <folder> <signal>
 */
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a server may take to obey the signal before it is killed, in milliseconds. */
const patience = 10_000

const [folder, signal] = process.argv.slice(2)
if (!folder || !signal) throw new Error('usage: caretaker.ts <folder> <signal>')

let pid = 0
for await (const line of createInterface({ input: process.stdin })) pid = Number(line)

send(signal)
for (const deadline = Date.now() + patience; isThere() && Date.now() < deadline; ) await sleep(10)
send('SIGKILL')
// What a killed server has left running may still write for a moment.
await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })

function send(what: string | 0): boolean {
  try {
    return pid > 0 && process.kill(pid, what)
  } catch {
    return false
  }
}

function isThere(): boolean {
  return send(0)
}
