import { createServer, type Server, type Socket } from 'node:net'
import { packError } from '../child-protocol.ts'
import { MemoryStore } from '../memory-store.ts'
import { onFrames, writeFrame } from './frames.ts'
import { isServedCall, type ServedCall, type ServedReply } from './served-calls.ts'

/**
 * Serves one memory store on a local socket, so that several processes can use it: what the suite's own child
 * processes are tested on.
 */
export async function serveMemory(path: string): Promise<Server> {
  const store = new MemoryStore()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onFrames<ServedCall>(socket, (call) => void answer(store, socket, call))
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return server
}

async function answer(store: MemoryStore, socket: Socket, { id, name, args }: ServedCall): Promise<void> {
  const reply = await obey(store, name, args).then(
    (value): ServedReply => ({ id, kind: 'done', value }),
    (error: unknown): ServedReply => ({ id, kind: 'failed', error: packError(error) }),
  )
  if (socket.writable) writeFrame(socket, reply)
}

async function obey(store: MemoryStore, name: string, args: unknown[]): Promise<unknown> {
  if (!isServedCall(name)) throw new Error(`${name} is not served`)
  return await Reflect.apply(store[name], store, args)
}
