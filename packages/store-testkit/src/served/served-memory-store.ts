import { createConnection, type Socket } from 'node:net'
import {
  type CallOptions,
  composeStore,
  type IWorkflowStore,
  type StorePrimitives,
  UnavailableError,
} from '@ion/store'
import { unpackError } from '../child-protocol.ts'
import { onFrames, writeFrame } from './frames.ts'
import type { ServedName, ServedReply } from './served-calls.ts'

type Result<Name extends ServedName> = Awaited<ReturnType<StorePrimitives[Name]>>

/** Opens a handle on a memory store that another process serves at `served:<path of the socket>`. */
export async function openStore(url: string): Promise<IWorkflowStore> {
  const socket = createConnection(url.slice('served:'.length))
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return composeStore(primitivesOver(new Connection(socket)))
}

class Connection {
  readonly #socket: Socket
  readonly #pending = new Map<number, (reply: ServedReply) => void>()
  #lastId = 0
  #closing: Promise<void> | undefined
  #drained = () => {}

  constructor(socket: Socket) {
    this.#socket = socket
    onFrames<ServedReply>(socket, (reply) => {
      this.#pending.get(reply.id)?.(reply)
      this.#pending.delete(reply.id)
      if (this.#pending.size === 0) this.#drained()
    })
  }

  async call<Name extends ServedName>(
    name: Name,
    args: unknown[],
    options: CallOptions | undefined,
  ): Promise<Result<Name>> {
    if (this.#closing) throw new UnavailableError('the store was closed', 'none')
    options?.signal?.throwIfAborted()
    const id = ++this.#lastId
    const reply = await new Promise<ServedReply>((resolve) => {
      this.#pending.set(id, resolve)
      writeFrame(this.#socket, { id, name, args })
    })
    if (reply.kind === 'failed') throw unpackError(reply.error)
    return reply.value as Result<Name>
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#pending.size > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    }
    this.#socket.destroy()
  }
}

function primitivesOver(connection: Connection): StorePrimitives {
  return {
    abilities: { processes: 'many', hosts: 'one', maxEventBytes: 1024 * 1024 },
    createWorkflowRun: (run, options) => connection.call('createWorkflowRun', [run], options),
    getWorkflowRun: (id, options) => connection.call('getWorkflowRun', [id], options),
    updateRunFields: (id, fields, options) => connection.call('updateRunFields', [id, fields], options),
    listWorkflowRuns: (filter, page, options) => connection.call('listWorkflowRuns', [filter, page], options),
    deleteWorkflowRun(id, { signal, ...expected } = {}) {
      return connection.call('deleteWorkflowRun', [id, expected], signal ? { signal } : {})
    },
    appendEvents: (id, append, options) => connection.call('appendEvents', [id, append], options),
    getWorkflowEvents: (id, page, options) => connection.call('getWorkflowEvents', [id, page], options),
    readBlob: (id, ref, options) => connection.call('readBlob', [id, ref], options),
    claimWorkflowRun: (id, owner, ttlMs, append, options) =>
      connection.call('claimWorkflowRun', [id, owner, ttlMs, append], options),
    renewClaim: (id, claim, ttlMs, options) => connection.call('renewClaim', [id, claim, ttlMs], options),
    sendSignal: (id, signal, options) => connection.call('sendSignal', [id, signal], options),
    getSignals: (id, page, options) => connection.call('getSignals', [id, page], options),
    close: () => connection.close(),
  }
}
