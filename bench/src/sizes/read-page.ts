// Reads one page of a hundred runs, in a process of its own.
//   node bench/src/sizes/read-page.ts [cursor]     of the store in ION_STORE
import { openByUrl } from '../stores/open-by-url.ts'

const { ION_STORE = '' } = process.env
const cursor = process.argv[2]
const store = await openByUrl(ION_STORE)
await store.listWorkflowRuns({}, { limit: 100, ...(cursor === undefined ? {} : { cursor }) })
await store.close()
