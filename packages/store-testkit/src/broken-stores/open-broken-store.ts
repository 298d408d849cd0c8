import { composeStore, type IWorkflowStore } from '@ion/store'
import { type MemoryData, MemoryStore } from '../memory-store.ts'
import type { AllCalls } from './fault.ts'
import { faultNamed } from './faults.ts'

const named = new Map<string, MemoryData>()

/** Opens a memory store with one of the faults: `memory:name`, the fault in the options. */
export async function openStore(url: string, { fault }: { fault: string }): Promise<IWorkflowStore> {
  const data = named.get(url) ?? { runs: new Map(), keys: new Map() }
  named.set(url, data)
  const right = primitivesOf(new MemoryStore({ data }))
  return composeStore({ ...right, ...faultNamed(fault).over(right) })
}

function primitivesOf(store: MemoryStore): AllCalls {
  return {
    abilities: store.abilities,
    createWorkflowRun: (...args) => store.createWorkflowRun(...args),
    getWorkflowRun: (...args) => store.getWorkflowRun(...args),
    updateRunFields: (...args) => store.updateRunFields(...args),
    listWorkflowRuns: (...args) => store.listWorkflowRuns(...args),
    deleteWorkflowRun: (...args) => store.deleteWorkflowRun(...args),
    appendEvents: (...args) => store.appendEvents(...args),
    getWorkflowEvents: (...args) => store.getWorkflowEvents(...args),
    readBlob: (...args) => store.readBlob(...args),
    claimWorkflowRun: (...args) => store.claimWorkflowRun(...args),
    renewClaim: (...args) => store.renewClaim(...args),
    sendSignal: (...args) => store.sendSignal(...args),
    getSignals: (...args) => store.getSignals(...args),
    readEvents: (...args) => store.readEvents(...args),
    annotate: (...args) => store.annotate(...args),
    listAnnotations: (...args) => store.listAnnotations(...args),
    writeLogEntries: (...args) => store.writeLogEntries(...args),
    listLogEntries: (...args) => store.listLogEntries(...args),
    importAnnotations: (...args) => store.importAnnotations(...args),
    onChange: (...args) => store.onChange(...args),
    close: () => store.close(),
  }
}
