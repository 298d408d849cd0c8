// A host: runs a workflow inside a program. Start it again with the same order number and it goes on, or is done already.
//   node embed.ts 4711
import { readFile } from 'node:fs/promises'
import { executeWorkflow } from '@ion/executor'
import { FilesystemStore } from '@ion/store-fs'

const [order = '4711'] = process.argv.slice(2)
const store = new FilesystemStore({ artifactsDir: '.ion/runs' })
try {
  const result = await executeWorkflow({
    store,
    workflow: await readFile(new URL('order.yaml', import.meta.url), 'utf8'),
    runId: `order-${order}`,
    inputs: { order },
    // Where a program asks its model. This one knows a single answer.
    prompt: ({ prompt }) => `Dear customer, ${prompt.split('\n').at(-1)}. Yours, Ion`,
  })
  console.log(result.executed ? result.status : `${result.status} already`)
  console.log(result.outputs.get('letter'))
  process.exitCode = result.status === 'completed' ? 0 : 1
} finally {
  await store.close()
}
