// The main module of the suite's child processes: opens a store and does what it is told over IPC.
import type { IWorkflowStore, StoreModule } from '@ion/store'
import { type Command, packError, type Reply } from './child-protocol.ts'
import { childScripts } from './child-scripts.ts'
import { shiftClock } from './shifted-clock.ts'

let store: IWorkflowStore | undefined

function opened(): IWorkflowStore {
  if (!store) throw new Error('the child was told to work before it was told to open a store')
  return store
}

async function obey(command: Command): Promise<unknown> {
  switch (command.kind) {
    case 'open': {
      const { module, url, options, clockOffsetMs } = command.opening
      if (clockOffsetMs) shiftClock(clockOffsetMs)
      const { openStore }: StoreModule = await import(module)
      store = await openStore(url, options)
      return
    }
    case 'close':
      await opened().close()
      store = undefined
      return
    case 'call':
      return await Reflect.apply(opened()[command.name], store, command.args)
    case 'script':
      return await Reflect.apply(childScripts[command.name], undefined, [opened(), progress, ...command.args])
  }
}

/** Resolves when the reply is written, so that it arrives whatever becomes of this process then. */
function tell(reply: Reply): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) resolve()
    else process.send?.(reply, undefined, undefined, () => resolve())
  })
}

function progress(value: unknown): Promise<void> {
  return tell({ kind: 'progress', value })
}

process.on('message', (command: Command) => {
  obey(command).then(
    (value) => tell({ id: command.id, kind: 'done', value }),
    (error: unknown) => tell({ id: command.id, kind: 'failed', error: packError(error) }),
  )
})
process.on('disconnect', () => process.exit())
