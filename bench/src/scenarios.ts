/** A piece of work that is measured: workflows of trivial nodes, run to their end. */
export interface Scenario {
  /** How `--scenario` names it. */
  name: ScenarioName
  label: string
  shape: 'chain' | 'fan-out'
  /** Nodes of one run. */
  nodes: number
  runs: number
  /** How many runs go on at once. */
  concurrency: number
  /** The most commits a node that are hoped for; `null` where nothing is. */
  commitsAim: number | null
}

export const scenarioNames = ['chain', 'long-chain', 'fan-out', 'many-runs'] as const

export type ScenarioName = (typeof scenarioNames)[number]

/** How many times the floor a node may cost. */
export const ratioAim = 2.5

/** How much more a node of the long chain may cost than one of the short. */
export const growthAim = 1.25

/** @param quick - A tenth of everything, to see that it works: its figures mean little. */
export function scenarios(quick: boolean): Scenario[] {
  const scaled = (size: number) => (quick ? size / 10 : size)
  const written = (size: number) => size.toLocaleString('en-US')
  const one = { runs: 1, concurrency: 1 }
  const [short, long, runs] = [scaled(1_000), scaled(10_000), scaled(200)]
  // Of a chain's commits two are the run's own: its claim and its first start.
  const chainAim = (nodes: number) => (nodes + 2) / nodes
  return [
    {
      ...{ name: 'chain', label: `chain of ${written(short)}`, shape: 'chain', nodes: short },
      ...{ ...one, commitsAim: chainAim(short) },
    },
    {
      ...{ name: 'long-chain', label: `chain of ${written(long)}`, shape: 'chain', nodes: long },
      ...{ ...one, commitsAim: chainAim(long) },
    },
    {
      ...{ name: 'fan-out', label: `fan-out of ${written(short)}`, shape: 'fan-out', nodes: short },
      ...{ ...one, commitsAim: 0.1 },
    },
    {
      ...{ name: 'many-runs', label: `${written(runs)} runs × 5, 20 at once`, shape: 'chain', nodes: 5 },
      ...{ runs, concurrency: 20, commitsAim: null },
    },
  ]
}

/** The workflow of a scenario, as a person would write it. */
export function workflowText({ shape, nodes }: Pick<Scenario, 'shape' | 'nodes'>): string {
  const lines = Array.from({ length: nodes }, (_, index) => {
    const after = shape === 'chain' && index > 0 ? `, depends_on: [n${index - 1}]` : ''
    return `  - { id: n${index}, prompt: Go on.${after} }`
  })
  return `name: bench\nnodes:\n${lines.join('\n')}\n`
}
