import type { DiscoveredWorkflow, Discovery, DiscoveryProblem } from './discovered-workflow.ts'
import type { LookupOptions } from './ion-folders.ts'
import { workflowsByFolder } from './workflows-by-folder.ts'

/**
 * Finds the workflows that can be run by name: `*.yaml` and `*.yml` in `.ion/workflows` of the project and in
 * `~/.config/ion/workflows`, and in the folders in those; where one holds none, in Archon's (`.archon/workflows`,
 * `~/.archon/workflows`). With something that reads SOPs also `*.sop.md` in `agent-sops` and `.ion/sops` of the project and in
 * `~/.config/ion/sops`, at any depth. A file that is broken, or can't be read, hinders no other.
 *
 * @example
 * const { workflows } = await discoverWorkflows({ cwd: process.cwd(), sops: { read: sopWorkflow } })
 * for (const { name, path, parsed } of workflows) console.log(name, path, parsed.ok)
 */
export async function discoverWorkflows(options: LookupOptions): Promise<Discovery> {
  const found: Discovery = { workflows: [], problems: [] }
  for await (const { workflows, problems } of workflowsByFolder(options)) {
    found.workflows.push(...workflows)
    found.problems.push(...problems)
  }
  markShadowed(found.workflows)
  found.problems.push(...duplicates(found.workflows))
  return found
}

function markShadowed(workflows: DiscoveredWorkflow[]): void {
  const firsts = new Map<string, DiscoveredWorkflow>()
  for (const workflow of workflows) {
    const first = firsts.get(workflow.name) ?? workflow
    firsts.set(workflow.name, first)
    if (first.folder !== workflow.folder) workflow.shadowedBy = first.path
  }
}

function duplicates(workflows: DiscoveredWorkflow[]): DiscoveryProblem[] {
  const groups = new Map<string, DiscoveredWorkflow[]>()
  for (const workflow of workflows) {
    const key = `${workflow.folder}\0${workflow.name}`
    groups.set(key, [...(groups.get(key) ?? []), workflow])
  }
  return [...groups.values()].flatMap((group): DiscoveryProblem[] => {
    const [first] = group
    if (first === undefined || group.length < 2) return []
    const paths = group.map(({ path }) => path)
    const message = `the workflow name \`${first.name}\` is given ${paths.length} times: ${paths.join(', ')}`
    return [{ code: 'duplicate_name', message, paths }]
  })
}
